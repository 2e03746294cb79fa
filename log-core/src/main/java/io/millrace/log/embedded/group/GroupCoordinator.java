package io.millrace.log.embedded.group;

import io.millrace.log.GroupMetadata;
import io.millrace.log.TopicPartition;
import java.util.Map;

/** Members, assignments and committed offsets of all groups of one log. Safe for use by several threads. */
public final class GroupCoordinator {
    /** The partition that holds the offsets of this group: a participant of every transaction that commits some. */
    public TopicPartition offsetsPartition(String groupId) {
        throw new UnsupportedOperationException(groupId);
    }

    /**
     * Writes offsets as part of the open transaction of a producer: pending until its marker.
     *
     * @throws io.millrace.log.LogException with RESTART_TASK if the member was replaced, or does not own one of the partitions
     */
    public void appendTransactionalOffsets(
            long producerId, short producerEpoch, GroupMetadata group, Map<TopicPartition, Long> offsets) {
        throw new UnsupportedOperationException(group.groupId());
    }

    /** To be called once the marker stands in the offsets partition: applies or drops what is pending of this producer. */
    public void completeTransaction(TopicPartition offsetsPartition, long producerId, boolean committed) {
        throw new UnsupportedOperationException(offsetsPartition.toString());
    }
}
