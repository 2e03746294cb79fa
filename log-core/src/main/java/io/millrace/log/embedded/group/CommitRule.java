package io.millrace.log.embedded.group;

import io.millrace.log.Disposition;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** Who may commit what (G2). Pure. */
final class CommitRule {
    /** A name of as many characters fits Kafka's strings, whatever the characters. */
    private static final int LONGEST_GROUP_ID = GroupRecordFormat.LONGEST_NAME / 4;

    private static final int NO_GENERATION = -1;

    private CommitRule() {}

    /**
     * @param committed checked as a whole: one bad partition must leave nothing behind, pending or not (KAFKA-16371)
     * @throws LogException with RESTART_TASK if the member was replaced or does not own one of the partitions, with STOP if one does not
     *     exist
     */
    static void check(
            GroupState group,
            GroupMetadata by,
            SortedMap<TopicPartition, Long> committed,
            Map<String, Integer> partitionCounts) {
        checkOffsets(by.groupId(), committed, partitionCounts);
        if (by.generation() == NO_GENERATION
                && by.memberId().isEmpty()
                && group.members().isEmpty()) {
            return;
        }
        if (by.generation() == NO_GENERATION && by.memberId().isEmpty()) {
            throw new LogException(
                    Disposition.RESTART_TASK,
                    "Group " + by.groupId()
                            + " refuses a commit from outside: it has members, and they alone commit for it."
                            + " Give a consumer that assigns its partitions a group of its own, or let it subscribe");
        }
        MemberState member = group.member(by.memberId());
        if (member == null) {
            throw fenced(by, "it is not a member (any more)");
        }
        if (member.generation() != by.generation()) {
            throw fenced(by, "its generation is " + member.generation());
        }
        if (!member.owned().containsAll(committed.keySet())) {
            SortedSet<TopicPartition> foreign = new TreeSet<>(committed.keySet());
            foreign.removeAll(member.owned());
            throw fenced(by, "it does not own " + foreign);
        }
    }

    /** The part that has nothing to do with who commits. */
    static void checkOffsets(
            String groupId, Map<TopicPartition, Long> committed, Map<String, Integer> partitionCounts) {
        checkGroupId(groupId);
        committed.forEach((partition, offset) -> checkOffset(partition, offset, partitionCounts));
    }

    private static void checkOffset(TopicPartition partition, long offset, Map<String, Integer> partitionCounts) {
        if (partition.partition() >= partitionCounts.getOrDefault(partition.topic(), 0)) {
            throw new LogException(
                    Disposition.STOP, "An offset is committed for a partition that exists; " + partition + " does not");
        }
        if (offset < 0) {
            throw new IllegalArgumentException("An offset is 0 or more, got " + offset + " for " + partition);
        }
    }

    /**
     * A member that finds such an offset can only believe that the log lost its end, and stops.
     *
     * @param logEndOffset where the partition's log ends now
     * @throws LogException with STOP if the offset lies beyond it
     */
    static void checkEnd(String groupId, TopicPartition partition, long offset, long logEndOffset) {
        if (offset > logEndOffset) {
            throw new LogException(
                    Disposition.STOP,
                    "Group " + groupId + " cannot commit offset " + offset + " of " + partition + ": its log ends at "
                            + logEndOffset + ", and nobody has read further. Commit the offset after the last record"
                            + " that was read; if it was read before the topic was deleted and created again, begin"
                            + " with a new consumer");
        }
    }

    private static LogException fenced(GroupMetadata by, String why) {
        return new LogException(
                Disposition.RESTART_TASK,
                "Group " + by.groupId() + " refuses the commit of member '" + by.memberId() + "' at generation "
                        + by.generation() + ": " + why + ". Close it and start anew from the committed offsets");
    }

    static void checkGroupId(String groupId) {
        if (groupId.isEmpty() || groupId.length() > LONGEST_GROUP_ID) {
            throw new LogException(
                    Disposition.STOP,
                    "A group id has 1 to " + LONGEST_GROUP_ID + " characters, got " + groupId.length());
        }
    }
}
