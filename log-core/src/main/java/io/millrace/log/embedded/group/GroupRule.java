package io.millrace.log.embedded.group;

import io.millrace.log.TopicPartition;
import io.millrace.log.assignment.Assignor;
import io.millrace.log.embedded.group.GroupCommand.Heartbeat;
import io.millrace.log.embedded.group.GroupCommand.Join;
import io.millrace.log.embedded.group.GroupCommand.Remove;
import io.millrace.log.embedded.group.GroupCommand.TopicsChanged;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a group changes, in the model of KIP-848. Pure: {@code (state, command) → state}; a decision whose epoch is higher than before has
 * to be written down before it is applied (G5). Time enters as the command that removes silent members.
 *
 * <p>Every change of members, subscriptions or topics raises the epoch and makes a new target. Each member then converges alone, with its
 * own heartbeats: first it gives up what is no longer its own and keeps its generation meanwhile, so that it can still commit; once it
 * reports the release, it reaches the group's epoch and takes what nobody else owns any more. The others go on undisturbed (G1).
 *
 * @param assignor makes the targets
 */
record GroupRule(Assignor assignor) {
    /** @param partitionCounts of all topics that exist */
    GroupState decide(GroupState state, GroupCommand command, Map<String, Integer> partitionCounts) {
        if (command instanceof Join join) {
            return join(state, join, partitionCounts);
        } else if (command instanceof Heartbeat heartbeat) {
            return converge(state, heartbeat);
        } else if (command instanceof Remove remove) {
            return remove(state, remove, partitionCounts);
        } else if (command instanceof TopicsChanged) {
            return retargetIfMoved(state, partitionCounts);
        }
        throw new IllegalStateException("A command that no rule is for: " + command);
    }

    private GroupState join(GroupState state, Join join, Map<String, Integer> partitionCounts) {
        SortedMap<String, MemberState> members = new TreeMap<>(state.members());
        SortedMap<String, SortedSet<TopicPartition>> previous = new TreeMap<>(state.target());
        MemberState known = members.get(join.memberId());
        if (known != null) {
            if (known.topics().equals(join.topics())) {
                return state;
            }
            members.put(join.memberId(), known.withTopics(join.topics()));
            return retarget(state, members, previous, partitionCounts);
        }
        Optional<MemberState> replaced = join.instanceId().flatMap(state::memberWithInstance);
        if (replaced.isPresent()) {
            // The new incarnation is to get what the old one had, so that a restart moves nothing.
            members.remove(replaced.get().memberId());
            SortedSet<TopicPartition> target = previous.remove(replaced.get().memberId());
            previous.put(join.memberId(), target == null ? new TreeSet<>() : target);
        }
        members.put(
                join.memberId(),
                new MemberState(join.memberId(), join.instanceId(), join.topics(), 0, new TreeSet<>()));
        if (replaced.isPresent() && replaced.get().topics().equals(join.topics())) {
            // The others need not know: the new member id alone fences the old incarnation.
            return new GroupState(state.groupId(), state.epoch(), members, previous);
        }
        return retarget(state, members, previous, partitionCounts);
    }

    private GroupState remove(GroupState state, Remove remove, Map<String, Integer> partitionCounts) {
        SortedMap<String, MemberState> members = new TreeMap<>(state.members());
        if (!members.keySet().removeAll(remove.memberIds())) {
            return state;
        }
        return retarget(state, members, state.target(), partitionCounts);
    }

    private GroupState retargetIfMoved(GroupState state, Map<String, Integer> partitionCounts) {
        GroupState next = retarget(state, state.members(), state.target(), partitionCounts);
        return next.target().equals(state.target()) ? state : next;
    }

    private GroupState retarget(
            GroupState state,
            SortedMap<String, MemberState> members,
            SortedMap<String, SortedSet<TopicPartition>> previous,
            Map<String, Integer> partitionCounts) {
        SortedMap<String, SortedSet<String>> subscriptions = new TreeMap<>();
        members.values().forEach(member -> subscriptions.put(member.memberId(), member.topics()));
        return new GroupState(
                state.groupId(),
                Math.incrementExact(state.epoch()),
                members,
                assignor.assign(subscriptions, partitionCounts, previous));
    }

    private static GroupState converge(GroupState state, Heartbeat heartbeat) {
        MemberState member = state.member(heartbeat.memberId());
        if (member == null) {
            return state;
        }
        SortedSet<TopicPartition> owned = new TreeSet<>(member.owned());
        owned.removeAll(heartbeat.released());
        member = member.withOwned(owned);
        GroupState released = withMember(state, member);
        if (!released.surplusOf(member).isEmpty()) {
            return released;
        }
        owned.addAll(released.availableTo(member));
        return withMember(released, member.withOwned(owned).withGeneration(state.epoch()));
    }

    private static GroupState withMember(GroupState state, MemberState member) {
        SortedMap<String, MemberState> members = new TreeMap<>(state.members());
        members.put(member.memberId(), member);
        return new GroupState(state.groupId(), state.epoch(), members, state.target());
    }
}
