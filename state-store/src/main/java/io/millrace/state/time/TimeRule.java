package io.millrace.state.time;

import io.millrace.serde.BytesWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Arithmetic of times in milliseconds, over all of {@code long}: what would overflow is the last or the first time. Pure. */
final class TimeRule {
    private TimeRule() {}

    static long plus(long time, long millis) {
        long sum = time + millis;
        if (((time ^ sum) & (millis ^ sum)) < 0) {
            return time < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }

    static long minus(long time, long millis) {
        return plus(time, -millis);
    }

    /** The last multiple of {@code step} that is not after {@code time}. */
    static long floor(long time, long step) {
        long floor = time - Math.floorMod(time, step);
        return floor > time ? Long.MIN_VALUE : floor;
    }

    /** A time as bytes that sort. */
    static BytesWriter put(long time, BytesWriter out) {
        return out.putLong(sortable(time));
    }

    /** What is stored for a time, or the time of what is stored: big-endian, it sorts. */
    static long sortable(long time) {
        return time ^ Long.MIN_VALUE;
    }

    /** @throws IllegalArgumentException if it is not at least a millisecond, or too long to count */
    static long millis(String what, @Nullable Duration duration) {
        if (duration == null) {
            throw new IllegalArgumentException(what + " is missing: null was given where one is needed");
        }
        long millis;
        try {
            millis = duration.toMillis();
        } catch (ArithmeticException e) {
            millis = Long.MAX_VALUE;
        }
        if (millis < 1) {
            throw new IllegalArgumentException(what + " is at least a millisecond, got " + duration);
        }
        return millis;
    }

    /** @throws IllegalArgumentException if nothing can be due at this time */
    static void checkQueued(String what, long time) {
        if (time < 0 || time == TimeFirstQueue.NEVER) {
            throw new IllegalArgumentException(
                    what + " milliseconds since the epoch, 0 or more and less than Long.MAX_VALUE, got " + time);
        }
    }
}
