package io.millrace.log.embedded.group;

import io.millrace.log.TopicPartition;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A member as its group knows it.
 *
 * @param memberId given by the coordinator, never used twice
 * @param instanceId a name that outlives restarts, if the member has one
 * @param topics what it subscribes to
 * @param generation the group epoch that it has reached; it commits with this one
 * @param owned the partitions that are its own, those that it was told to give up included
 */
record MemberState(
        String memberId,
        Optional<String> instanceId,
        SortedSet<String> topics,
        int generation,
        SortedSet<TopicPartition> owned) {
    MemberState {
        topics = Collections.unmodifiableSortedSet(new TreeSet<>(topics));
        owned = Collections.unmodifiableSortedSet(new TreeSet<>(owned));
    }

    MemberState withOwned(SortedSet<TopicPartition> value) {
        return new MemberState(memberId, instanceId, topics, generation, value);
    }

    MemberState withGeneration(int value) {
        return new MemberState(memberId, instanceId, topics, value, owned);
    }

    MemberState withTopics(SortedSet<String> value) {
        return new MemberState(memberId, instanceId, value, generation, owned);
    }
}
