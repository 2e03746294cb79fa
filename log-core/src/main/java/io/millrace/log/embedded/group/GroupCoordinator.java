package io.millrace.log.embedded.group;

import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.GroupDescription;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogException;
import io.millrace.log.OffsetResetPlan;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.group.GroupCommand.Heartbeat;
import io.millrace.log.embedded.group.GroupCommand.Join;
import io.millrace.log.embedded.group.GroupCommand.Remove;
import io.millrace.log.embedded.group.GroupCommand.TopicsChanged;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.platform.World;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Members, assignments and committed offsets of all groups of one log. Safe for use by several threads: one lock guards it all, held for
 * an append to the offsets partition at the longest, so that the tables and the log say the same (KAFKA-15784).
 */
public final class GroupCoordinator {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCoordinator.class);
    private static final int NO_GENERATION = -1;
    private static final SortedSet<TopicPartition> NONE = new TreeSet<>();

    private final World world;
    private final Durability durability;
    private final GroupRule rule;
    private final OffsetsLog log;
    private final Supplier<Map<String, Integer>> partitionCounts;
    private final CommittedOffsets offsets = new CommittedOffsets();
    private final SortedMap<String, GroupState> groups = new TreeMap<>();
    private final SortedMap<String, GroupMember> members = new TreeMap<>();
    /** Whom to wake when something pending of a group is decided; each once. */
    private final SortedMap<String, Set<Runnable>> waitingForStable = new TreeMap<>();

    private final List<Runnable> commitListeners = new CopyOnWriteArrayList<>();

    private GroupCoordinator(
            World world,
            Durability durability,
            Assignor assignor,
            PartitionLog log,
            Supplier<Map<String, Integer>> partitionCounts) {
        this.world = world;
        this.durability = durability;
        this.rule = new GroupRule(assignor);
        this.log = new OffsetsLog(log, world.clock());
        this.partitionCounts = partitionCounts;
    }

    /**
     * Rebuilds the tables from the offsets partition.
     *
     * @param partitionCounts the number of partitions of each topic that exists now; asked under the coordinator's lock
     */
    public static GroupCoordinator open(
            World world,
            Durability durability,
            Assignor assignor,
            PartitionLog offsetsPartition,
            Supplier<Map<String, Integer>> partitionCounts) {
        GroupCoordinator coordinator =
                new GroupCoordinator(world, durability, assignor, offsetsPartition, partitionCounts);
        coordinator.replay();
        return coordinator;
    }

    private synchronized void replay() {
        log.replay(new OffsetsLog.Replay() {
            @Override
            public void offset(OffsetKey key, @Nullable Long value, long recordOffset) {
                offsets.commit(key, value, recordOffset);
            }

            @Override
            public void pendingOffset(long producerId, OffsetKey key, @Nullable Long value, long recordOffset) {
                offsets.commitPending(producerId, key, value, recordOffset);
            }

            @Override
            public void marker(long producerId, boolean isCommit) {
                offsets.complete(producerId, isCommit);
            }

            @Override
            public void groupEpoch(String groupId, int epoch) {
                groups.put(groupId, GroupState.empty(groupId, epoch));
            }
        });
    }

    // --- members
    // -----------------------------------------------------------------------------------------------------------------

    /** Adds a member. */
    public synchronized GroupMember join(String groupId, TopicSelection subscription, MemberSettings settings) {
        CommitRule.checkGroupId(groupId);
        String memberId = "member-" + HexFormat.of().toHexDigits(world.random().nextLong());
        GroupMember member = new GroupMember(this, groupId, memberId, subscription, settings);
        member.exitPoll(world.ticker().nanos());
        decide(groupId, new Join(memberId, settings.instanceId(), topicsOf(subscription)));
        members.put(memberId, member);
        return member;
    }

    synchronized void subscribe(GroupMember member, TopicSelection subscription) {
        selectTopics(member, subscription);
        member.setSubscription(subscription);
    }

    private void selectTopics(GroupMember member, TopicSelection subscription) {
        MemberState known = group(member.groupId()).member(member.memberId());
        if (known != null) {
            decide(member.groupId(), new Join(member.memberId(), known.instanceId(), topicsOf(subscription)));
        }
    }

    private SortedSet<String> topicsOf(TopicSelection subscription) {
        return subscription.topics(partitionCounts.get().keySet());
    }

    synchronized MemberAssignment heartbeat(GroupMember member, Set<TopicPartition> released) {
        member.clearDue();
        decide(member.groupId(), new Heartbeat(member.memberId(), released));
        GroupState state = group(member.groupId());
        MemberState known = state.member(member.memberId());
        return known == null
                ? new MemberAssignment(false, NO_GENERATION, NONE, NONE)
                : new MemberAssignment(true, known.generation(), known.owned(), state.surplusOf(known));
    }

    synchronized void leave(GroupMember member) {
        members.remove(member.memberId());
        removeMembers(member.groupId(), Set.of(member.memberId()));
    }

    synchronized void stepAway(GroupMember member) {
        if (!member.isStatic()) {
            leave(member);
        } else if (members.get(member.memberId()) == member) {
            member.setAway(world.ticker().nanos());
            apply(group(member.groupId()));
        }
    }

    /** Removes the members that did not poll for too long, or were away for too long. @return how many */
    public synchronized int removeSilentMembers(long nowNanos) {
        SortedMap<String, Set<String>> silent = new TreeMap<>();
        for (GroupMember member : members.values()) {
            if (member.isSilent(nowNanos)) {
                LOG.warn(
                        "Group {} loses member {}: it {}",
                        member.groupId(),
                        member.memberId(),
                        member.isAway()
                                ? "did not come back within its session timeout"
                                : "did not poll within its maximal poll interval");
                silent.computeIfAbsent(member.groupId(), id -> new TreeSet<>()).add(member.memberId());
            }
        }
        silent.forEach(this::removeMembers);
        return silent.size();
    }

    /** To be called after topics were created, grew or went. */
    public synchronized void topicsChanged() {
        for (GroupMember member : List.copyOf(members.values())) {
            selectTopics(member, member.subscription());
        }
        for (String groupId : new TreeSet<>(groups.keySet())) {
            if (!group(groupId).members().isEmpty()) {
                decide(groupId, new TopicsChanged());
            }
        }
    }

    private void removeMembers(String groupId, Set<String> memberIds) {
        try {
            decide(groupId, new Remove(memberIds));
        } catch (LogException e) {
            // Who is gone is gone, also when that cannot be written down. No commit can be written then either, so none
            // can carry the
            // epoch that was not.
            LOG.warn("Group {}: the epoch without {} could not be written", groupId, memberIds, e);
            apply(rule.decide(group(groupId), new Remove(memberIds), partitionCounts.get()));
        }
    }

    /** The rule decides; a new epoch is written down; then the state is the new one, and members with something due are told. */
    private void decide(String groupId, GroupCommand command) {
        GroupState state = group(groupId);
        GroupState next = rule.decide(state, command, partitionCounts.get());
        if (next.equals(state)) {
            return;
        }
        if (next.epoch() != state.epoch()) {
            log.appendGroupEpoch(groupId, next.epoch());
        }
        apply(next);
    }

    /** Who is away gives up at once what it is to give up: nobody works on it. */
    private GroupState releaseForAbsent(GroupState state) {
        GroupState next = state;
        for (MemberState member : state.members().values()) {
            GroupMember known = members.get(member.memberId());
            if (known != null && known.isAway()) {
                next = rule.decide(
                        next, new Heartbeat(member.memberId(), next.surplusOf(member)), partitionCounts.get());
            }
        }
        return next;
    }

    private void apply(GroupState decided) {
        GroupState next = releaseForAbsent(decided);
        Set<String> before = group(next.groupId()).members().keySet();
        groups.put(next.groupId(), next);
        for (String memberId : before) {
            GroupMember member = members.get(memberId);
            MemberState state = next.member(memberId);
            if (member != null && (state == null || next.isDue(state))) {
                member.signal();
            }
            if (state == null) {
                members.remove(memberId);
            }
        }
    }

    private GroupState group(String groupId) {
        GroupState state = groups.get(groupId);
        return state == null ? GroupState.empty(groupId, 0) : state;
    }

    // --- offsets
    // -----------------------------------------------------------------------------------------------------------------

    /** The partition that holds the offsets of this group: a participant of every transaction that commits some. */
    public TopicPartition offsetsPartition(String groupId) {
        CommitRule.checkGroupId(groupId);
        return log.topicPartition();
    }

    /**
     * Commits offsets outside of a transaction; durable at return as the log's durability says.
     *
     * @throws LogException with RESTART_TASK if the member was replaced, or does not own one of the partitions
     */
    public void commit(GroupMetadata group, Map<TopicPartition, Long> committed) {
        append(group, committed).run();
    }

    /**
     * The first half of a commit: checked and written in the order of the calls.
     *
     * @return the second half, which makes it durable and visible, from any thread; throws what {@link #commit} throws
     * @throws LogException with RESTART_TASK if the member was replaced, or does not own one of the partitions
     */
    public synchronized Runnable append(GroupMetadata group, Map<TopicPartition, Long> committed) {
        SortedMap<TopicPartition, Long> sorted = new TreeMap<>(committed);
        if (sorted.isEmpty()) {
            return () -> {};
        }
        CommitRule.check(group(group.groupId()), group, sorted, partitionCounts.get());
        long baseOffset = log.append(group.groupId(), sorted);
        if (durability == Durability.PROCESS_CRASH) {
            apply(group.groupId(), sorted, baseOffset);
            return () -> {};
        }
        // Forced before it is visible: a reader must not see an offset that a power cut takes back. Others may commit
        // meanwhile; which one is newer is decided by the record offsets.
        return () -> {
            log.force();
            synchronized (this) {
                apply(group.groupId(), sorted, baseOffset);
            }
        };
    }

    private void apply(String groupId, SortedMap<TopicPartition, Long> committed, long baseOffset) {
        long recordOffset = baseOffset;
        for (Map.Entry<TopicPartition, Long> entry : committed.entrySet()) {
            offsets.commit(new OffsetKey(groupId, entry.getKey()), entry.getValue(), recordOffset++);
        }
        commitListeners.forEach(Runnable::run);
    }

    /**
     * Writes offsets as part of the open transaction of a producer: pending until its marker.
     *
     * @throws LogException with RESTART_TASK if the member was replaced, or does not own one of the partitions
     */
    public synchronized void appendTransactionalOffsets(
            long producerId, short producerEpoch, GroupMetadata group, Map<TopicPartition, Long> pending) {
        SortedMap<TopicPartition, Long> sorted = new TreeMap<>(pending);
        if (sorted.isEmpty()) {
            return;
        }
        CommitRule.check(group(group.groupId()), group, sorted, partitionCounts.get());
        long recordOffset = log.append(producerId, producerEpoch, group.groupId(), sorted);
        for (Map.Entry<TopicPartition, Long> entry : sorted.entrySet()) {
            OffsetKey key = new OffsetKey(group.groupId(), entry.getKey());
            offsets.commitPending(producerId, key, entry.getValue(), recordOffset++);
        }
    }

    /** To be called once the marker stands in the offsets partition: applies or drops what is pending of this producer. */
    public synchronized void completeTransaction(TopicPartition offsetsPartition, long producerId, boolean committed) {
        if (!offsetsPartition.equals(log.topicPartition())) {
            throw new IllegalArgumentException(offsetsPartition + " holds no offsets");
        }
        for (String groupId : offsets.complete(producerId, committed)) {
            Set<Runnable> waiting = waitingForStable.remove(groupId);
            if (waiting != null) {
                waiting.forEach(Runnable::run);
            }
        }
        commitListeners.forEach(Runnable::run);
    }

    /**
     * Forgets what was committed, and what waits, for a topic that was deleted, durably: one that is created again under its name is read
     * from its start. May be called again.
     */
    public void topicDeleted(String topic) {
        synchronized (this) {
            offsets.ofTopic(topic).forEach((groupId, partitions) -> {
                long recordOffset = log.appendTombstones(groupId, partitions);
                for (TopicPartition partition : partitions) {
                    offsets.commit(new OffsetKey(groupId, partition), null, recordOffset++);
                }
            });
        }
        log.force();
    }

    /** The offset that a group has committed for one partition, without a pending one. */
    public synchronized OptionalLong committed(String groupId, TopicPartition partition) {
        Long offset = offsets.committed(new OffsetKey(groupId, partition));
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** The listener runs after every commit, on the thread of whoever commits; it must be quick and throw nothing. */
    public void onCommit(Runnable listener) {
        commitListeners.add(listener);
    }

    public void removeCommitListener(Runnable listener) {
        commitListeners.remove(listener);
    }

    /** Offsets that a group has committed, without pending ones. */
    public synchronized SortedMap<TopicPartition, Long> committed(String groupId) {
        return offsets.committed(groupId);
    }

    /** Offsets from which a new owner begins. @param wake run once after something that is pending now was decided */
    public synchronized StableOffsets stableOffsets(
            String groupId, Collection<TopicPartition> partitions, Runnable wake) {
        SortedMap<TopicPartition, Long> committed = new TreeMap<>();
        SortedSet<TopicPartition> pending = new TreeSet<>();
        for (TopicPartition partition : partitions) {
            OffsetKey key = new OffsetKey(groupId, partition);
            if (offsets.isPending(key)) {
                pending.add(partition);
                continue;
            }
            Long offset = offsets.committed(key);
            if (offset != null) {
                committed.put(partition, offset);
            }
        }
        if (!pending.isEmpty()) {
            waitingForStable
                    .computeIfAbsent(groupId, id -> new LinkedHashSet<>())
                    .add(wake);
        }
        return new StableOffsets(committed, pending);
    }

    /** All groups that have members or offsets, sorted. */
    public synchronized SortedSet<String> groups() {
        SortedSet<String> result = offsets.groups();
        groups.values().stream()
                .filter(group -> !group.members().isEmpty())
                .forEach(group -> result.add(group.groupId()));
        return result;
    }

    // --- administration
    // ----------------------------------------------------------------------------------------------------------

    /** The group as it is now; empty if it has neither members nor offsets. */
    public synchronized Optional<GroupSnapshot> snapshot(String groupId) {
        if (!groups().contains(groupId)) {
            return Optional.empty();
        }
        GroupState state = group(groupId);
        List<GroupDescription.Member> described = new ArrayList<>();
        SortedMap<TopicPartition, String> owners = new TreeMap<>();
        boolean settled = true;
        for (MemberState member : state.members().values()) {
            GroupMember known = members.get(member.memberId());
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
        return Optional.of(
                new GroupSnapshot(groupId, how, state.epoch(), described, offsets.committed(groupId), owners));
    }

    /** Commits what a plan says, if the group still is as it was. @throws LogException with RETRY otherwise, or if it has members */
    public void reset(OffsetResetPlan plan) {
        Runnable rest;
        synchronized (this) {
            checkEmpty(plan.groupId());
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
            rest = append(new GroupMetadata(plan.groupId(), "", NO_GENERATION), target);
        }
        rest.run();
    }

    /**
     * Deletes the group's offsets, pending ones too. Its epoch stays, which keeps a generation from being used again (G5).
     *
     * @return false if there is none
     * @throws LogException with RETRY while it has members
     */
    public boolean delete(String groupId) {
        SortedSet<TopicPartition> deleted;
        long baseOffset;
        synchronized (this) {
            checkEmpty(groupId);
            deleted = offsets.partitions(groupId);
            if (deleted.isEmpty()) {
                return false;
            }
            baseOffset = log.appendTombstones(groupId, deleted);
        }
        if (durability == Durability.POWER_LOSS) {
            log.force();
        }
        synchronized (this) {
            long recordOffset = baseOffset;
            for (TopicPartition partition : deleted) {
                offsets.commit(new OffsetKey(groupId, partition), null, recordOffset++);
            }
        }
        return true;
    }

    private void checkEmpty(String groupId) {
        int count = group(groupId).members().size();
        if (count > 0) {
            throw new LogException(
                    Disposition.RETRY,
                    "Group " + groupId + " has " + count
                            + " members, whose offsets nobody else may change: stop them first. A static member that was"
                            + " closed counts until its session times out");
        }
    }
}
