package io.millrace.dsl.runtime;

import io.millrace.platform.Ticker;
import java.time.Duration;

/** How often in a row something may fail, and how long to wait in between. Owned by one loop. */
final class RetryBudget {
    private static final int LARGEST_DOUBLING = 10;

    private final int limit;
    private final long backoffNanos;
    private int failures;
    private long dueNanos;

    RetryBudget(int limit, Duration backoff) {
        this.limit = limit;
        this.backoffNanos = Ticker.nanosOf(backoff);
    }

    /** @return false if it failed too often */
    boolean failed(long nowNanos) {
        failures++;
        // The first retry comes at once: most failures are of the moment.
        long wait = failures == 1 ? 0 : doubled(Math.min(failures - 2, LARGEST_DOUBLING));
        dueNanos = nowNanos + wait;
        return failures <= limit;
    }

    private long doubled(int times) {
        return Math.min(backoffNanos, Ticker.nanosOf(Ticker.LONGEST) >> times) << times;
    }

    void succeeded() {
        failures = 0;
    }

    /** How long to wait before the next try; 0 or less when it is due. */
    long waitNanos(long nowNanos) {
        return failures == 0 ? 0 : dueNanos - nowNanos;
    }

    int failures() {
        return failures;
    }
}
