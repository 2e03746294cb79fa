package io.millrace.platform;

import java.time.Duration;

/** Monotonic time for durations; its zero means nothing. */
@FunctionalInterface
public interface Ticker {
    /** Longer is not measured: moments that lie twice as far apart can no longer be compared. About 146 years. */
    Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    long nanos();

    /** A duration as a difference of {@link #nanos}. Whoever says "for ever" with a longer one than {@link #LONGEST} means this one. */
    static long nanosOf(Duration duration) {
        return (duration.compareTo(LONGEST) < 0 ? duration : LONGEST).toNanos();
    }
}
