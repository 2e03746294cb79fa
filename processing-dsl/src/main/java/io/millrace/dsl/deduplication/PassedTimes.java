package io.millrace.dsl.deduplication;

import java.util.Arrays;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** When the records of a key and an id that have passed happened, all of them or a part: milliseconds since the epoch, rising, at least one. Immutable. */
public final class PassedTimes implements Passed {
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
        return new PassedTimes(Times.inserted(times, placeOf(time), time));
    }

    /** Whether one that has passed happened less than a window before or after this time. */
    public boolean isRepeatedAt(long time, long windowMillis) {
        int place = placeOf(time);
        return (place < times.length && times[place] - time < windowMillis)
                || (place > 0 && time - times[place - 1] < windowMillis);
    }

    /** Where the first one is that is not before this time. */
    private int placeOf(long time) {
        int found = Arrays.binarySearch(times, time);
        return found >= 0 ? found : -found - 1;
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

    public int count() {
        return times.length;
    }

    public long first() {
        return times[0];
    }

    public long last() {
        return times[times.length - 1];
    }

    /** Those from one place to another, of which there is at least one. */
    public PassedTimes between(int from, int to) {
        return new PassedTimes(Arrays.copyOfRange(times, from, Math.min(to, times.length)));
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
