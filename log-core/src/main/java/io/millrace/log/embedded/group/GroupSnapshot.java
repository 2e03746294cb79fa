package io.millrace.log.embedded.group;

import io.millrace.log.GroupDescription;
import io.millrace.log.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What the coordinator knows of a group at an instant.
 *
 * @param committed without pending offsets
 * @param pending the partitions of which an offset waits, with its producer
 * @param owners the member that owns each partition
 */
public record GroupSnapshot(
        String groupId,
        GroupDescription.State state,
        int epoch,
        List<GroupDescription.Member> members,
        SortedMap<TopicPartition, Long> committed,
        SortedMap<TopicPartition, Long> pending,
        Map<TopicPartition, String> owners) {}
