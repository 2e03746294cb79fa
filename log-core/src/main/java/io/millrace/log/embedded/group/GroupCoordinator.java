package io.millrace.log.embedded.group;

import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.assignment.Assignor;
import io.millrace.log.embedded.partition.CommitHold;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.platform.World;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Members, assignments and committed offsets of all groups of one log. Safe for use by several threads: one lock guards it all, held for
 * an append to the offsets partition at the longest, so that the tables and the log say the same (KAFKA-15784).
 */
public final class GroupCoordinator {
    private final Durability durability;
    private final OffsetsLog log;
    private final Supplier<Map<String, Integer>> partitionCounts;
    private final CommittedOffsets offsets = new CommittedOffsets();
    private final GroupMembers members;
    private final GroupOperations operations;
    /** Whom to wake when something pending of a group is decided; each once. */
    private final SortedMap<String, Set<Runnable>> waitingForStable = new TreeMap<>();

    private final List<Runnable> commitListeners = new CopyOnWriteArrayList<>();
    /** Commits that are written and not yet applied. */
    private int unapplied;

    private GroupCoordinator(
            World world,
            Durability durability,
            Assignor assignor,
            PartitionLog offsetsPartition,
            Supplier<Map<String, Integer>> partitionCounts) {
        this.durability = durability;
        this.log = new OffsetsLog(offsetsPartition, world.clock());
        this.partitionCounts = partitionCounts;
        members = new GroupMembers(world, new GroupRule(assignor), log, partitionCounts);
        operations = new GroupOperations(this, members, offsets);
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
                members.replayed(groupId, epoch);
            }
        });
        forgetDeleted();
    }

    /** The partitions of which an open or prepared transaction holds an offset of this group, each with the id of its producer. */
    public synchronized SortedMap<TopicPartition, Long> pending(String groupId) {
        return offsets.pending(groupId);
    }

    /** What a person does with groups from outside. */
    public GroupOperations operations() {
        return operations;
    }

    /** @throws LogException with STOP if no group can be called so */
    public static void checkGroupId(String groupId) {
        CommitRule.checkGroupId(groupId);
    }

    /** Adds a member. */
    public synchronized GroupMember join(String groupId, TopicSelection subscription, MemberSettings settings) {
        CommitRule.checkGroupId(groupId);
        return members.join(this, groupId, subscription, settings);
    }

    synchronized void subscribe(GroupMember member, TopicSelection subscription) {
        members.subscribe(member, subscription);
    }

    synchronized MemberAssignment heartbeat(GroupMember member, Set<TopicPartition> released) {
        return members.heartbeat(member, released);
    }

    synchronized void leave(GroupMember member) {
        members.leave(member);
    }

    synchronized void stepAway(GroupMember member) {
        members.stepAway(member);
    }

    /** Removes the members that did not poll for too long, or were away for too long. @return how many */
    public synchronized int removeSilentMembers(long nowNanos) {
        return members.removeSilentMembers(nowNanos);
    }

    /** To be called after topics were created, grew or went. */
    public synchronized void topicsChanged() {
        members.topicsChanged();
    }

    /** The partition that holds the offsets of this group: a participant of every transaction that commits some. */
    public TopicPartition offsetsPartition(String groupId) {
        CommitRule.checkGroupId(groupId);
        return log.topicPartition();
    }

    /**
     * Says whether these are offsets that somebody could commit (G8). Asked before the commit and without the lock, under which no
     * partition is opened: a log end offset only grows, so what holds here holds then.
     *
     * @param logEndOffset where the log of a partition that exists ends
     * @throws LogException with STOP if a partition does not exist, an offset lies beyond its end, or the group's name cannot be one
     * @throws IllegalArgumentException if an offset is negative
     */
    public void checkOffsets(
            String groupId, Map<TopicPartition, Long> committed, ToLongFunction<TopicPartition> logEndOffset) {
        CommitRule.checkOffsets(groupId, committed, partitionCounts.get());
        committed.forEach((partition, offset) ->
                CommitRule.checkEnd(groupId, partition, offset, logEndOffset.applyAsLong(partition)));
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
        CommitRule.check(members.group(group.groupId()), group, sorted, partitionCounts.get());
        long baseOffset = log.append(group.groupId(), sorted);
        if (durability == Durability.PROCESS_CRASH) {
            apply(group.groupId(), sorted, baseOffset);
            return () -> {};
        }
        // Forced before it is visible: a reader must not see an offset that a power cut takes back. Others may commit
        // meanwhile; which one is newer is decided by the record offsets. Where the force fails it stays counted: the
        // record stands in the log, and its second half may be run again, so no deletion behind it is forgotten.
        unapplied++;
        return () -> {
            log.force();
            synchronized (this) {
                unapplied--;
                apply(group.groupId(), sorted, baseOffset);
                forgetDeleted();
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

    /** The first half of a deletion of offsets. @return the second half, as of {@link #append} */
    synchronized Runnable appendTombstones(String groupId, SortedSet<TopicPartition> partitions) {
        long baseOffset = log.appendTombstones(groupId, partitions);
        return () -> {
            if (durability == Durability.POWER_LOSS) {
                log.force();
            }
            synchronized (this) {
                forget(groupId, partitions, baseOffset);
            }
        };
    }

    private void forget(String groupId, SortedSet<TopicPartition> partitions, long baseOffset) {
        long recordOffset = baseOffset;
        for (TopicPartition partition : partitions) {
            offsets.commit(new OffsetKey(groupId, partition), null, recordOffset++);
        }
        forgetDeleted();
        // What was pending is decided by this: no marker will come for it any more.
        wakeWaiting(groupId);
    }

    private void wakeWaiting(String groupId) {
        Set<Runnable> waiting = waitingForStable.remove(groupId);
        if (waiting != null) {
            waiting.forEach(Runnable::run);
        }
    }

    /** A deletion has to be remembered only while an older commit may still be applied after it. */
    private void forgetDeleted() {
        if (unapplied == 0) {
            offsets.forgetDeleted();
        }
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
        CommitRule.check(members.group(group.groupId()), group, sorted, partitionCounts.get());
        long recordOffset = log.append(producerId, producerEpoch, group.groupId(), sorted);
        for (Map.Entry<TopicPartition, Long> entry : sorted.entrySet()) {
            OffsetKey key = new OffsetKey(group.groupId(), entry.getKey());
            offsets.commitPending(producerId, key, entry.getValue(), recordOffset++);
        }
    }

    /**
     * To be called once the marker stands in the offsets partition: applies or drops what is pending of this producer.
     *
     * @param hold of the transaction's records, released at the same instant: who sees one of them sees the offsets, and the other way round
     */
    public synchronized void completeTransaction(
            TopicPartition offsetsPartition, long producerId, boolean committed, CommitHold hold) {
        if (!offsetsPartition.equals(log.topicPartition())) {
            throw new IllegalArgumentException(offsetsPartition + " holds no offsets");
        }
        hold.release();
        for (String groupId : offsets.complete(producerId, committed)) {
            wakeWaiting(groupId);
        }
        commitListeners.forEach(Runnable::run);
    }

    /**
     * Forgets what was committed, and what waits, for a topic that was deleted, durably: one that is created again under its name is read
     * from its start. May be called again.
     */
    public void topicDeleted(String topic) {
        synchronized (this) {
            offsets.ofTopic(topic)
                    .forEach((groupId, partitions) ->
                            forget(groupId, partitions, log.appendTombstones(groupId, partitions)));
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
        result.addAll(members.populated());
        return result;
    }
}
