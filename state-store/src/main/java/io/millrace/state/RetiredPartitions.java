package io.millrace.state;

import io.millrace.platform.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiPredicate;

/**
 * Finds the state of partitions that nobody here has had open for long. Used by the loop that runs the database.
 *
 * <p>What is old when the database is opened is not dropped before its owner had the time to open it: the process may have been down.
 */
final class RetiredPartitions {
    /** At the most; as often as the time for which state is kept where that is shorter. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    private final StateBackend backend;
    private final Retirement retirement;
    private final long startMillis;
    private boolean hasLooked;
    private long lastLookNanos;

    RetiredPartitions(StateBackend backend, Retirement retirement) {
        this.backend = backend;
        this.retirement = retirement;
        this.startMillis = retirement.clock().millis();
    }

    /** Whether it is time to look. */
    boolean isDue(long nowNanos) {
        long between = Math.min(Ticker.nanosOf(BETWEEN_LOOKS), Ticker.nanosOf(retirement.after()));
        if (!retirement.isKnown() || (hasLooked && nowNanos - lastLookNanos < between)) {
            return false;
        }
        hasLooked = true;
        lastLookNanos = nowNanos;
        return true;
    }

    /** @param isOpen by store and partition */
    List<StoredPartition> find(BiPredicate<String, Integer> isOpen) {
        List<StoredPartition> retired = new ArrayList<>();
        long limit = retirement.clock().millis()
                - Duration.ofNanos(Ticker.nanosOf(retirement.after())).toMillis();
        for (StoredPartition stored : backend.stored()) {
            long used = Math.max(startMillis, stored.usedMillis().orElse(startMillis));
            if (used < limit && !isOpen.test(stored.store(), stored.partition())) {
                retired.add(stored);
            }
        }
        return retired;
    }

    /** The time that is written with what an owner writes; empty if it is not kept. */
    OptionalLong nowMillis() {
        return retirement.isKnown() ? OptionalLong.of(retirement.clock().millis()) : OptionalLong.empty();
    }
}
