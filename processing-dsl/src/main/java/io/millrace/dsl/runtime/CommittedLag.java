package io.millrace.dsl.runtime;

import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.TopicPartition;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** How much lies between what is committed and the ends of the inputs. */
final class CommittedLag {
    private CommittedLag() {}

    /**
     * Of the partitions that a consumer has.
     *
     * @param settled where all before was committed, markers behind the last record included, which a committed offset does not count
     * @return empty if it has none
     */
    static OptionalLong of(LogConsumer consumer, LogAdmin admin, Map<TopicPartition, Long> settled) {
        Set<TopicPartition> partitions = consumer.assignment();
        Map<TopicPartition, Long> committed = consumer.committed(partitions);
        long lag = 0;
        for (TopicPartition partition : partitions) {
            Long found = committed.get(partition);
            long from = Math.max(
                    found == null ? admin.logStartOffset(partition) : found, settled.getOrDefault(partition, 0L));
            lag += Math.max(0, admin.endOffset(partition, Isolation.READ_COMMITTED) - from);
        }
        return partitions.isEmpty() ? OptionalLong.empty() : OptionalLong.of(lag);
    }
}
