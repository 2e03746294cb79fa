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
            return new Times(
                    count + other.count, sum(totalNanos, other.totalNanos), Math.max(maxNanos, other.maxNanos));
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
        totalNanos = sum(totalNanos, nanos);
        max = Math.max(max, nanos);
    }

    /** Of two numbers that are not negative, at the most what there is room for: where timestamps are those of old events, times are long. */
    private static long sum(long nanos, long more) {
        return nanos + Math.min(more, Long.MAX_VALUE - nanos);
    }

    Times times() {
        return new Times(count, totalNanos, Math.max(max, maxBefore));
    }
}
