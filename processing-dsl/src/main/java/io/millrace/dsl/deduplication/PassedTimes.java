package io.millrace.dsl.deduplication;

import java.util.Arrays;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** When the records of a key and an id that have passed happened: milliseconds since the epoch, rising, at least one. Immutable. */
public final class PassedTimes {
    private final long[] times;

    private PassedTimes(long[] times) {
        this.times = times;
    }

    /** @throws IllegalArgumentException if there is none */
    static PassedTimes of(long... times) {
        if (times.length == 0) {
            throw new IllegalArgumentException("What has never passed is not kept");
        }
        return new PassedTimes(LongStream.of(times).sorted().toArray());
    }

    /** After the first one. */
    public static PassedTimes first(long time) {
        return new PassedTimes(new long[] {time});
    }

    /** After another one. */
    public PassedTimes with(long time) {
        long[] more = Arrays.copyOf(times, times.length + 1);
        more[times.length] = time;
        return of(more);
    }

    /** Whether one that has passed happened less than a window before or after this time. */
    public boolean isRepeatedAt(long time, long windowMillis) {
        for (long passed : times) {
            if (Math.abs(time - passed) < windowMillis) {
                return true;
            }
        }
        return false;
    }

    /**
     * Those that are still to be kept; the same object if all are.
     *
     * @return null if none is
     */
    public @Nullable PassedTimes onlyThose(LongPredicate kept) {
        long[] left = LongStream.of(times).filter(kept).toArray();
        if (left.length == times.length) {
            return this;
        }
        return left.length == 0 ? null : new PassedTimes(left);
    }

    public long first() {
        return times[0];
    }

    LongStream all() {
        return LongStream.of(times);
    }

    @Override
    public boolean equals(@Nullable Object that) {
        return that instanceof PassedTimes other && Arrays.equals(times, other.times);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(times);
    }

    @Override
    public String toString() {
        return Arrays.toString(times);
    }
}
