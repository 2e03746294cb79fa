package io.millrace.log;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A group at an instant.
 *
 * @param epoch rises with every change of members, subscriptions or partitions
 * @param members by member id
 * @param progress of every partition that somebody owns or that has a committed or pending offset, sorted
 * @param pending the partitions of which an open or prepared transaction holds an offset of the group, each with the id of the
 *     transaction's producer
 */
public record GroupDescription(
        String groupId,
        State state,
        int epoch,
        List<Member> members,
        List<Progress> progress,
        SortedMap<TopicPartition, Long> pending) {
    /** How far the members have come. */
    public enum State {
        /** Without members. */
        EMPTY,
        /** Partitions are on their way from one member to another. */
        RECONCILING,
        /** Every member has what it is to have. */
        STABLE
    }

    /**
     * One member.
     *
     * @param instanceId present for a static member
     * @param away true for a static member that is closed and waited for
     * @param topics what it subscribes to
     * @param generation the epoch of the group that it has reached
     */
    public record Member(
            String memberId,
            Optional<String> instanceId,
            boolean away,
            Set<String> topics,
            int generation,
            Set<TopicPartition> assignment) {}

    /**
     * How far the group is in one partition.
     *
     * @param committed the committed offset, without pending ones
     * @param endOffset one past the last offset that a read-committed reader can reach
     * @param lag offsets between the committed one, or the first that there is, and the end
     * @param isBeyondEnd true if the committed offset lies beyond the log end offset, because the log lost its end: members of the group
     *     stop there, until the offset is reset or the log restored. The lag is 0
     * @param fault why the partition cannot be read, with what to do; then the end offset and the lag are not known, and 0 here
     * @param memberId who owns the partition
     */
    public record Progress(
            TopicPartition topicPartition,
            OptionalLong committed,
            long endOffset,
            long lag,
            boolean isBeyondEnd,
            Optional<String> fault,
            Optional<String> memberId) {
        /** Of a partition that can be read. */
        public Progress(
                TopicPartition topicPartition,
                OptionalLong committed,
                long endOffset,
                long lag,
                boolean isBeyondEnd,
                Optional<String> memberId) {
            this(topicPartition, committed, endOffset, lag, isBeyondEnd, Optional.empty(), memberId);
        }
    }

    public GroupDescription {
        members = List.copyOf(members);
        progress = List.copyOf(progress);
        pending = Collections.unmodifiableSortedMap(new TreeMap<>(pending));
    }
}
