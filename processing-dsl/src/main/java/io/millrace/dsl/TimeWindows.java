package io.millrace.dsl;

import java.time.Duration;

/**
 * Windows of a fixed size that begin at multiples of an advance since 1970, whatever the records are. A window has its first millisecond and not the
 * one behind its last. It closes when event time reaches its end and the grace after it; what comes for it later is late.
 */
public record TimeWindows(Duration size, Duration advance, Duration grace) {
    /** So many windows that a record is in are so many values to change. */
    private static final long MOST_PER_RECORD = 10_000;

    public TimeWindows {
        WindowRule.checkLength("The size of windows", size);
        WindowRule.checkLength("The advance of windows", advance);
        WindowRule.checkGrace(grace);
        if (advance.compareTo(size) > 0) {
            throw new IllegalArgumentException("Windows of " + size + " that begin every " + advance
                    + " leave gaps, in which records would be lost: advance by the size or less");
        }
        if (size.toMillis() / advance.toMillis() > MOST_PER_RECORD) {
            throw new IllegalArgumentException("Windows of " + size + " that begin every " + advance
                    + " have each record " + size.toMillis() / advance.toMillis() + " times, more than "
                    + MOST_PER_RECORD + ": advance by more");
        }
    }

    /** Windows that lie one after another; without grace. */
    public static TimeWindows tumbling(Duration size) {
        return hopping(size, size);
    }

    /** Windows that overlap: one begins at every multiple of the advance; without grace. */
    public static TimeWindows hopping(Duration size, Duration advance) {
        return new TimeWindows(size, advance, Duration.ZERO);
    }

    /** How far event time goes beyond a window's end before the window closes. */
    public TimeWindows withGrace(Duration newGrace) {
        return new TimeWindows(size, advance, newGrace);
    }
}
