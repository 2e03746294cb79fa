package io.millrace.log.embedded.retention;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that could not be cleaned, and why. Owned by the cleaner.
 *
 * <p>Damage does not go away by itself: it is told once, and the partition is left alone until its files change or some time has gone.
 */
final class Troubles {
    /** Until a partition is tried again whose files are the same. */
    static final Duration RETRY = Duration.ofMinutes(10);

    private record Trouble(
            String message, boolean passes, @Nullable Object layout, long sinceNanos) {}

    private final Map<TopicPartition, Trouble> troubles = new HashMap<>();

    /**
     * Notes an error.
     *
     * @param layout what has to change for another attempt; null if that is not known
     * @return true if it is news
     */
    boolean add(TopicPartition partition, RuntimeException error, @Nullable Object layout, long nowNanos) {
        String message = String.valueOf(error.getMessage());
        boolean passes = error instanceof LogException known && known.disposition() == Disposition.RETRY;
        Trouble before = troubles.put(partition, new Trouble(message, passes, layout, nowNanos));
        return before == null || !before.message().equals(message);
    }

    /** True if nothing has changed since the partition's last error, which was not long ago. */
    boolean isStuck(TopicPartition partition, @Nullable Object layout, long nowNanos) {
        Trouble trouble = troubles.get(partition);
        return trouble != null
                && !trouble.passes()
                && nowNanos - trouble.sinceNanos() < RETRY.toNanos()
                && (layout == null || layout.equals(trouble.layout()));
    }

    /** @return true if the partition was in trouble */
    boolean isOver(TopicPartition partition) {
        return troubles.remove(partition) != null;
    }

    /** Forgets all partitions but these. */
    void retain(Collection<TopicPartition> existing) {
        troubles.keySet().retainAll(existing);
    }
}
