package io.millrace.dsl;

import java.time.Duration;

/**
 * Which records of two streams belong together: those of one key where the right one happened no earlier than {@code before} the left one and no
 * later than {@code after} it, both included. Either may be negative: with {@code before} of minus five seconds and {@code after} of ten, the right
 * one comes five to ten seconds after the left one.
 *
 * @param before how much earlier the right record may be
 * @param after how much later the right record may be
 * @param grace how far event time goes beyond the last moment at which a partner may have happened before a record is no longer waited with
 */
public record JoinWindows(Duration before, Duration after, Duration grace) {
    public JoinWindows {
        WindowRule.checkDistance("The time before", before);
        WindowRule.checkDistance("The time after", after);
        WindowRule.checkGrace(grace);
        if (before.plus(after).isNegative()) {
            throw new IllegalArgumentException("No record is " + before + " before another one at the earliest and "
                    + after + " after it at the latest: the two together are zero or more");
        }
    }

    /** Records that happened no further apart than this; without grace. */
    public static JoinWindows ofTimeDifference(Duration difference) {
        return new JoinWindows(difference, difference, Duration.ZERO);
    }

    /** How much earlier than the left record the right one may be; negative if it is to be later. */
    public JoinWindows withBefore(Duration newBefore) {
        return new JoinWindows(newBefore, after, grace);
    }

    /** How much later than the left record the right one may be; negative if it is to be earlier. */
    public JoinWindows withAfter(Duration newAfter) {
        return new JoinWindows(before, newAfter, grace);
    }

    /** How far event time goes beyond the last moment of a partner before a record is no longer waited with. */
    public JoinWindows withGrace(Duration newGrace) {
        return new JoinWindows(before, after, newGrace);
    }

    /** For how long after a left record event time may go until nothing is waited for with it. */
    public long leftOpenMillis() {
        return openMillis(after);
    }

    /** The same for a right one. */
    public long rightOpenMillis() {
        return openMillis(before);
    }

    /** A record that is not behind event time is open, also if its partners must be earlier. */
    private long openMillis(Duration latestPartner) {
        return Math.max(0, latestPartner.plus(grace).toMillis());
    }
}
