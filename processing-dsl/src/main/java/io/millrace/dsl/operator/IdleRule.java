package io.millrace.dsl.operator;

import io.millrace.platform.Ticker;
import java.time.Duration;
import java.util.Optional;

/**
 * When silence means that nothing is to come.
 *
 * @param isKnown whether it ever does
 * @param nanos after how long
 */
record IdleRule(boolean isKnown, long nanos) {
    static IdleRule of(Optional<Duration> timeout) {
        return new IdleRule(timeout.isPresent(), timeout.map(Ticker::nanosOf).orElse(0L));
    }

    /** Moments are compared by their difference: the ticker may pass the greatest long. */
    boolean isOver(long fromNanos, long nowNanos) {
        return nowNanos - fromNanos >= nanos;
    }

    long left(long fromNanos, long nowNanos) {
        return Math.max(0, nanos - (nowNanos - fromNanos));
    }

    static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
