package io.millrace.log.embedded.group;

import io.millrace.log.TopicPartition;
import java.util.SortedSet;

/**
 * What a heartbeat answers a member.
 *
 * @param standing whether the member still is one: what a removed one owned belongs to others
 * @param generation what it commits with
 * @param owned its partitions, those to be given up included
 * @param surplus what it is to give up, and to report as released with the next heartbeat
 */
public record MemberAssignment(
        Standing standing, int generation, SortedSet<TopicPartition> owned, SortedSet<TopicPartition> surplus) {
    /** Whether a member is one. */
    public enum Standing {
        MEMBER,
        /** It was removed, because it did not poll in time. */
        SILENT,
        /** Another consumer came with its instance id. */
        REPLACED
    }

    public boolean isMember() {
        return standing == Standing.MEMBER;
    }
}
