package io.millrace.dsl.runtime;

import java.time.Duration;

/** How often something happened and how long it took. Owned by one loop, which publishes {@link #times}. */
final class TimeMeter {
    private static final long SPAN_NANOS = Duration.ofMinutes(1).toNanos();

    private long count;
    private long totalNanos;
    private long max;
    private long maxBefore;
    private long spanBeganNanos;

    /** @param maxNanos of the last one to two spans in which there was any */
    record Times(long count, long totalNanos, long maxNanos) {
        static final Times NONE = new Times(0, 0, 0);

        Times plus(Times other) {
            return new Times(count + other.count, totalNanos + other.totalNanos, Math.max(maxNanos, other.maxNanos));
        }
    }

    void took(long nanos, long nowNanos) {
        if (count == 0) {
            spanBeganNanos = nowNanos;
        } else if (nowNanos - spanBeganNanos >= SPAN_NANOS) {
            spanBeganNanos = nowNanos;
            maxBefore = max;
            max = 0;
        }
        count++;
        totalNanos += nanos;
        max = Math.max(max, nanos);
    }

    Times times() {
        return new Times(count, totalNanos, Math.max(max, maxBefore));
    }
}
