package io.millrace.log.embedded.group;

import io.millrace.log.TopicPartition;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A group: who is in it, and who is to own what. Immutable.
 *
 * @param groupId its name
 * @param epoch rises with every change of members, subscriptions or partitions; the only thing that outlives the process (G5)
 * @param members by member id
 * @param target what each member is to own; the members converge to it one by one
 */
record GroupState(
        String groupId,
        int epoch,
        SortedMap<String, MemberState> members,
        SortedMap<String, SortedSet<TopicPartition>> target) {
    GroupState {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        target = Collections.unmodifiableSortedMap(new TreeMap<>(target));
    }

    /** A group that nobody is in. */
    static GroupState empty(String groupId, int epoch) {
        return new GroupState(groupId, epoch, new TreeMap<>(), new TreeMap<>());
    }

    @Nullable MemberState member(String memberId) {
        return members.get(memberId);
    }

    Optional<MemberState> memberWithInstance(String instanceId) {
        return members.values().stream()
                .filter(member -> member.instanceId().equals(Optional.of(instanceId)))
                .findFirst();
    }

    SortedSet<TopicPartition> targetOf(String memberId) {
        SortedSet<TopicPartition> set = target.get(memberId);
        return set == null ? Collections.emptySortedSet() : set;
    }

    /** What this member has and is to give up. */
    SortedSet<TopicPartition> surplusOf(MemberState member) {
        SortedSet<TopicPartition> surplus = new TreeSet<>(member.owned());
        surplus.removeAll(targetOf(member.memberId()));
        return surplus;
    }

    /** What this member is to have, has not, and nobody else has any more. */
    SortedSet<TopicPartition> availableTo(MemberState member) {
        SortedSet<TopicPartition> available = new TreeSet<>(targetOf(member.memberId()));
        members.values().forEach(other -> available.removeAll(other.owned()));
        return available;
    }

    /** True if a heartbeat of this member would change something. */
    boolean isDue(MemberState member) {
        return member.generation() != epoch
                || !surplusOf(member).isEmpty()
                || !availableTo(member).isEmpty();
    }
}
