package io.millrace.dsl;

import java.time.Duration;
import java.util.Optional;

/**
 * When the values of windows are told of, and how long they are kept.
 *
 * @param isFinal whether each window is told of once, when it closes
 * @param retention how long it is kept; as long as it takes part in anything, if nothing is said
 */
record WindowTelling(boolean isFinal, Optional<Duration> retention) {
    static final WindowTelling OF_EACH_CHANGE = new WindowTelling(false, Optional.empty());

    WindowTelling once() {
        return new WindowTelling(true, retention);
    }

    /** @param least until a window has closed */
    WindowTelling keptFor(Duration newRetention, Duration least) {
        WindowRule.checkLength("The retention of windows", newRetention);
        if (newRetention.compareTo(least) < 0) {
            throw new IllegalArgumentException(
                    "A retention of " + newRetention + " is over before a window has closed, " + least
                            + " after its start at the earliest: lengthen it, or leave it out");
        }
        return new WindowTelling(isFinal, Optional.of(newRetention));
    }

    /**
     * What has closed is told of first and then removed, however far event time has jumped; or it stays for the retention.
     *
     * @param closeMillis until it has closed
     */
    long retentionMillis(long closeMillis) {
        return retention.map(Duration::toMillis).orElse(isFinal ? Long.MAX_VALUE : closeMillis);
    }

    /** Whether a store is told what time it is, since what it has may not go by what comes. */
    boolean isTimeTold() {
        return !isFinal || retention.isPresent();
    }
}
