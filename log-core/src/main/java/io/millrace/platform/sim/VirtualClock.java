package io.millrace.platform.sim;

import io.millrace.platform.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that moves only when told. Safe for use by several threads. */
public final class VirtualClock implements InstantSource, Ticker {
    private Instant now;
    private long nanos;

    /** @param nanos where the ticker begins; its zero means nothing, so it may be negative */
    VirtualClock(Instant now, long nanos) {
        this.now = now;
        this.nanos = nanos;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    /** Moves wall-clock time and ticker on. */
    public synchronized void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("Time moves forward only, not by " + duration);
        }
        now = now.plus(duration);
        nanos += duration.toNanos();
    }

    void advanceNanos(long duration) {
        advance(Duration.ofNanos(duration));
    }

    /** Moves wall-clock time alone, also back: somebody set the clock. */
    public synchronized void jump(Duration duration) {
        now = now.plus(duration);
    }
}
