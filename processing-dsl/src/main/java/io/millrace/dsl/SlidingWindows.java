package io.millrace.dsl;

import java.time.Duration;

/**
 * Windows that slide along with the records: two records of a key are in one window if they are no further apart than the time difference. A window ends
 * at each record, and one begins right behind it, if there are records in that; so each set of records that lie so close has one window, whatever the
 * clock says. Its first and its last millisecond are both in it. It closes when event time is beyond its end by more than the grace; what comes for it
 * later is late.
 *
 * <p>In the first time difference after 1970 there is one window that begins there, in the place of those that would begin before.
 *
 * <p>A record changes each window that it is in: of keys with many records within the time difference there are as many.
 *
 * @param timeDifference between the first and the last millisecond of a window
 */
public record SlidingWindows(Duration timeDifference, Duration grace) {
    public SlidingWindows {
        WindowRule.checkLength("The time difference of windows", timeDifference);
        WindowRule.checkGrace(grace);
    }

    /** Without grace. */
    public static SlidingWindows ofTimeDifference(Duration timeDifference) {
        return new SlidingWindows(timeDifference, Duration.ZERO);
    }

    /** How far event time goes beyond a window's end before the window closes. */
    public SlidingWindows withGrace(Duration newGrace) {
        return new SlidingWindows(timeDifference, newGrace);
    }
}
