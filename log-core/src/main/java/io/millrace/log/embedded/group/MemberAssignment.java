package io.millrace.log.embedded.group;

import io.millrace.log.TopicPartition;
import java.util.SortedSet;

/**
 * What a heartbeat answers a member.
 *
 * @param isMember false if the member was removed: what it owned belongs to others
 * @param generation what it commits with
 * @param owned its partitions, those to be given up included
 * @param surplus what it is to give up, and to report as released with the next heartbeat
 */
public record MemberAssignment(
        boolean isMember, int generation, SortedSet<TopicPartition> owned, SortedSet<TopicPartition> surplus) {}
