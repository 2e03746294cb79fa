package io.millrace.log.embedded.group;

import io.millrace.log.Disposition;
import io.millrace.log.GroupDescription;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogException;
import io.millrace.log.OffsetResetPlan;
import io.millrace.log.TopicPartition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a person does with a group from outside: look at it, reset its offsets, delete it. Safe for use by several threads. */
public final class GroupOperations {
    private static final int NO_GENERATION = -1;

    private final GroupCoordinator coordinator;
    private final GroupMembers members;
    private final CommittedOffsets offsets;

    /** The tables are the coordinator's, and so is the lock. */
    GroupOperations(GroupCoordinator coordinator, GroupMembers members, CommittedOffsets offsets) {
        this.coordinator = coordinator;
        this.members = members;
        this.offsets = offsets;
    }

    /** The group as it is now; empty if it has neither members nor offsets. */
    public Optional<GroupSnapshot> snapshot(String groupId) {
        synchronized (coordinator) {
            return coordinator.groups().contains(groupId) ? Optional.of(present(groupId)) : Optional.empty();
        }
    }

    private GroupSnapshot present(String groupId) {
        GroupState state = members.group(groupId);
        List<GroupDescription.Member> described = new ArrayList<>();
        SortedMap<TopicPartition, String> owners = new TreeMap<>();
        boolean settled = true;
        for (MemberState member : state.members().values()) {
            GroupMember known = members.member(member.memberId());
            described.add(new GroupDescription.Member(
                    member.memberId(),
                    member.instanceId(),
                    known != null && known.isAway(),
                    member.topics(),
                    member.generation(),
                    member.owned()));
            member.owned().forEach(partition -> owners.put(partition, member.memberId()));
            settled &= !state.isDue(member);
        }
        GroupDescription.State how = described.isEmpty()
                ? GroupDescription.State.EMPTY
                : settled ? GroupDescription.State.STABLE : GroupDescription.State.RECONCILING;
        return new GroupSnapshot(
                groupId, how, state.epoch(), described, offsets.committed(groupId), offsets.pending(groupId), owners);
    }

    /** Commits what a plan says, if the group still is as it was. @throws LogException with RETRY otherwise, or as {@link #delete} */
    public void reset(OffsetResetPlan plan) {
        Runnable rest;
        synchronized (coordinator) {
            checkEmpty(plan.groupId());
            Set<TopicPartition> moved = new HashSet<>();
            plan.moves().forEach(move -> moved.add(move.topicPartition()));
            checkDecided(plan.groupId(), offsets.pending(plan.groupId()), moved);
            SortedMap<TopicPartition, Long> standing = offsets.committed(plan.groupId());
            SortedMap<TopicPartition, Long> target = new TreeMap<>();
            for (OffsetResetPlan.Move move : plan.moves()) {
                Long now = standing.get(move.topicPartition());
                if (!move.from().equals(now == null ? OptionalLong.empty() : OptionalLong.of(now))) {
                    throw new LogException(
                            Disposition.RETRY,
                            "Group " + plan.groupId() + " has offset " + now + " in " + move.topicPartition()
                                    + " and not what the plan began with: make a new plan");
                }
                target.put(move.topicPartition(), move.to());
            }
            rest = coordinator.append(new GroupMetadata(plan.groupId(), "", NO_GENERATION), target);
        }
        rest.run();
    }

    /**
     * Deletes the group's offsets; durable at return as the log's durability says. Its epoch stays, which keeps a generation from being
     * used again (G5).
     *
     * @return false if there is none
     * @throws LogException with RETRY while it has members, or while an offset of it waits for the end of a transaction
     */
    public boolean delete(String groupId) {
        Runnable rest;
        synchronized (coordinator) {
            checkEmpty(groupId);
            SortedMap<TopicPartition, Long> pending = offsets.pending(groupId);
            checkDecided(groupId, pending, pending.keySet());
            SortedSet<TopicPartition> deleted =
                    new TreeSet<>(offsets.committed(groupId).keySet());
            if (deleted.isEmpty()) {
                return false;
            }
            rest = coordinator.appendTombstones(groupId, deleted);
        }
        rest.run();
        return true;
    }

    /**
     * Offsets that wait for the end of a transaction move with its output (PROTOCOL C14): nobody takes them from it.
     *
     * @param pending which of the group's partitions wait, with the producer of the transaction
     * @throws LogException with RETRY if one of {@code concerned} waits
     */
    public static void checkDecided(
            String groupId, SortedMap<TopicPartition, Long> pending, Set<TopicPartition> concerned) {
        pending.forEach((partition, producerId) -> {
            if (concerned.contains(partition)) {
                throw new LogException(
                        Disposition.RETRY,
                        "An offset of group " + groupId + " in " + partition
                                + " waits for the end of an open or prepared transaction, that of producer "
                                + producerId
                                + ": wait for its end, or end it, then try again. `millrace transactions"
                                + " list` says whose that is");
            }
        });
    }

    private void checkEmpty(String groupId) {
        int count = members.group(groupId).members().size();
        if (count > 0) {
            throw new LogException(
                    Disposition.RETRY,
                    "Group " + groupId + " has " + count
                            + (count == 1 ? " member" : " members")
                            + ", and while it has any nobody else may change its offsets: stop them first. A static member that was"
                            + " closed counts until its session times out");
        }
    }
}
