package io.millrace.state;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How long the state of a partition is kept that nobody here has open any more, because it moved to another instance. When it comes back in
 * time, what is missing is the end of its changelog; after that it is dropped, and comes back as a whole.
 *
 * @param after since it was open here; zero for never
 * @param clock wall-clock time
 */
public record Retirement(Duration after, InstantSource clock) {
    /** Half a day: half the time for which a changelog remembers deletions by default. What is older is built anew. */
    public static final Duration USUAL = Duration.ofHours(12);

    public Retirement {
        if (after.isNegative()) {
            throw new IllegalArgumentException("The time after which state is dropped is not negative, got " + after);
        }
    }

    /** Everything is kept, and it is not known how old it is. */
    static Retirement never() {
        return new Retirement(Duration.ZERO, InstantSource.fixed(Instant.EPOCH));
    }

    boolean isKnown() {
        return !after.isZero();
    }
}
