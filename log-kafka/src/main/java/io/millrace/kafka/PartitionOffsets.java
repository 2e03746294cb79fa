package io.millrace.kafka;

import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;

/** Where partitions begin and end, as their leaders say now. Safe for use by several threads. */
final class PartitionOffsets {
    private final ClusterCalls calls;
    private final Topics topics;

    PartitionOffsets(ClusterCalls calls, Topics topics) {
        this.calls = calls;
        this.topics = topics;
    }

    long start(TopicPartition partition) {
        return starts(Set.of(partition)).getOrDefault(partition, 0L);
    }

    long end(TopicPartition partition, Isolation isolation) {
        return ends(Set.of(partition), isolation).getOrDefault(partition, 0L);
    }

    Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions) {
        return ask(partitions, OffsetSpec.earliest(), Isolation.READ_UNCOMMITTED);
    }

    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions, Isolation isolation) {
        return ask(partitions, OffsetSpec.latest(), isolation);
    }

    OptionalLong atTime(TopicPartition partition, long timestamp, Isolation isolation) {
        // Negative ones have meanings of their own in Kafka's protocol.
        long offset = ask(Set.of(partition), OffsetSpec.forTimestamp(Math.max(0, timestamp)), isolation)
                .getOrDefault(partition, -1L);
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    private Map<TopicPartition, Long> ask(Collection<TopicPartition> partitions, OffsetSpec spec, Isolation isolation) {
        Map<org.apache.kafka.common.TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (TopicPartition partition : partitions) {
            topics.require(partition);
            asked.put(Names.theirs(partition), spec);
        }
        IsolationLevel level =
                isolation == Isolation.READ_COMMITTED ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED;
        ListOffsetsResult answers = calls.admin().listOffsets(asked, new ListOffsetsOptions(level));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            ListOffsetsResultInfo found = calls.await(
                    "The offsets of " + partition + " could not be read",
                    answers.partitionResult(Names.theirs(partition)));
            offsets.put(partition, found.offset());
        }
        return offsets;
    }
}
