package io.millrace.dsl;

import java.time.Duration;

/**
 * Windows that the records make: one lasts as long as each record of its key comes no later than the gap after another one. A record that comes
 * between two sessions makes one of them. A session closes when event time has passed its last record by more than the gap and the grace; what
 * belongs to no open session and would begin one that is closed is late.
 */
public record SessionWindows(Duration gap, Duration grace) {
    public SessionWindows {
        WindowRule.checkLength("The gap of sessions", gap);
        WindowRule.checkGrace(grace);
    }

    /** Without grace. */
    public static SessionWindows withGap(Duration gap) {
        return new SessionWindows(gap, Duration.ZERO);
    }

    /** How far event time goes beyond the gap before a session closes. */
    public SessionWindows withGrace(Duration newGrace) {
        return new SessionWindows(gap, newGrace);
    }
}
