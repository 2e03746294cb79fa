package io.millrace.log.embedded.group;

import io.millrace.log.TopicPartition;
import java.util.Map;
import java.util.Set;

/**
 * Committed offsets as a new owner may use them.
 *
 * @param committed absent where there is none
 * @param pending partitions whose offset an open transaction may still change: to be asked for again after its end
 */
public record StableOffsets(Map<TopicPartition, Long> committed, Set<TopicPartition> pending) {
    public StableOffsets {
        committed = Map.copyOf(committed);
        pending = Set.copyOf(pending);
    }
}
