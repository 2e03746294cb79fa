package io.millrace.log.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.group.StableOffsets;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.log.embedded.partition.PartitionView;
import io.millrace.log.embedded.partition.PollBudget;
import io.millrace.log.embedded.partition.ReadablePartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that one consumer reads, each with its cursor. Owned by the consumer's thread.
 *
 * <p>A partition whose committed offset an open transaction may still change is not read yet: whoever began where the last owner's offset
 * stood would process again what that transaction is about to commit (KAFKA-14196). It waits until the transaction has ended.
 */
final class Fetcher {
    private static final long UNKNOWN = -1;

    /** One partition; {@code cursor} keeps where the reader stands. */
    private static final class Slot {
        final ReadablePartition log;
        final PartitionCursor cursor;
        boolean paused;
        /** What the group has as far as this consumer knows, −1 if nothing. */
        long committed;

        Slot(ReadablePartition log, PartitionCursor cursor, long committed) {
            this.log = log;
            this.cursor = cursor;
            this.committed = committed;
        }
    }

    private final ConsumerHost host;
    private final ConsumerConfig config;
    private final Runnable wake;
    private final SortedMap<TopicPartition, Slot> slots = new TreeMap<>();
    private final SortedSet<TopicPartition> unstable = new TreeSet<>();
    /** The slots again, as a poll goes through them without an iterator. */
    private final List<Slot> order = new ArrayList<>();

    private final List<RecordCursor> ready = new ArrayList<>();
    private final List<RecordCursor> readyView = Collections.unmodifiableList(ready);
    private int turn = -1;
    private final @Nullable PollBudget budget;
    private volatile boolean recheckStability = true;

    Fetcher(ConsumerHost host, ConsumerConfig config, Runnable wake) {
        this.host = host;
        this.config = config;
        this.wake = wake;
        int pollRecords = config.limits().pollRecords();
        budget = pollRecords == Integer.MAX_VALUE ? null : new PollBudget(pollRecords);
    }

    /** The partitions that are read. */
    Set<TopicPartition> assignment() {
        return slots.keySet();
    }

    /** Begins to read, each partition as soon as its committed offset is stable. @return those that are read from now on */
    SortedSet<TopicPartition> addWhenStable(Collection<TopicPartition> partitions) {
        unstable.addAll(partitions);
        recheckStability = true;
        return addStable();
    }

    /** @return the partitions that became stable, and are read from now on */
    SortedSet<TopicPartition> addStable() {
        if (unstable.isEmpty() || !recheckStability) {
            return Collections.emptySortedSet();
        }
        recheckStability = false;
        boolean done = false;
        try {
            SortedSet<TopicPartition> added = addStableNow();
            done = true;
            return added;
        } finally {
            if (!done) {
                recheckStability = true;
            }
        }
    }

    private SortedSet<TopicPartition> addStableNow() {
        SortedSet<TopicPartition> added = new TreeSet<>(unstable);
        StableOffsets offsets = config.groupId()
                .map(group -> host.stableOffsets(group, unstable, this::becameStable))
                .orElse(new StableOffsets(Map.of(), Set.of()));
        // Partitions of one number go together, as the assignment keeps them: who joins two topics wants both sides at
        // once.
        added.removeIf(partition ->
                offsets.pending().stream().anyMatch(pending -> pending.partition() == partition.partition()));
        List<Slot> opened = new ArrayList<>();
        for (TopicPartition partition : added) {
            ReadablePartition log = host.partition(partition);
            Long committed = offsets.committed().get(partition);
            opened.add(open(log, start(partition, committed, log.view()), committed == null ? UNKNOWN : committed));
        }
        // All or none, so that whoever is told of an error knows that nothing is read yet.
        opened.forEach(this::begin);
        return added;
    }

    private Slot open(ReadablePartition log, long position, long committed) {
        int bytes = config.limits().partitionBytes();
        PartitionCursor cursor = new PartitionCursor(log, config.isolation(), bytes, position);
        cursor.limitRecords(budget);
        return new Slot(log, cursor, committed);
    }

    private void begin(Slot slot) {
        unstable.remove(slot.log.topicPartition());
        slots.put(slot.log.topicPartition(), slot);
        slot.log.onAppend(wake);
        reorder();
    }

    private void becameStable() {
        recheckStability = true;
        wake.run();
    }

    private long start(TopicPartition partition, @Nullable Long committed, PartitionView view) {
        if (committed != null && committed > view.logEndOffset()) {
            throw lostEnd(partition, committed, view.logEndOffset());
        }
        if (committed != null && committed >= view.logStartOffset()) {
            return committed;
        }
        return switch (config.offsetReset()) {
            case EARLIEST -> view.logStartOffset();
            case LATEST -> view.endOffset(config.isolation());
            case ERROR ->
                throw new LogException(
                        Disposition.STOP,
                        (committed == null
                                        ? "There is no committed offset of " + partition
                                        : "The records of " + partition + " from " + committed
                                                + " on are deleted up to " + view.logStartOffset())
                                + ": commit one, or choose EARLIEST or LATEST");
        };
    }

    private LogException lostEnd(TopicPartition partition, long committed, long logEndOffset) {
        String group = config.groupId().orElseThrow();
        return new LogException(
                Disposition.STOP,
                "Group " + group + " has read " + partition + " up to offset " + committed + ", but the log ends at "
                        + logEndOffset
                        + ": it lost its end, as it may in a power cut with PROCESS_CRASH. Restore it from a"
                        + " copy; or, to go on without what is lost, end all members of the group and run millrace groups"
                        + " reset-offsets " + group + " --topic " + partition.topic() + ":" + partition.partition()
                        + " --to-latest --data DIRECTORY --execute");
    }

    /** Stops reading all other partitions, and waiting for them. */
    void retain(Set<TopicPartition> partitions) {
        unstable.retainAll(partitions);
        for (TopicPartition present : new TreeSet<>(slots.keySet())) {
            if (!partitions.contains(present)) {
                remove(present);
            }
        }
    }

    /** Stops reading. @return true if the partition was read */
    boolean remove(TopicPartition partition) {
        unstable.remove(partition);
        Slot slot = slots.remove(partition);
        if (slot == null) {
            return false;
        }
        slot.log.removeListener(wake);
        reorder();
        return true;
    }

    private void reorder() {
        order.clear();
        order.addAll(slots.values());
        int share = config.limits().totalBytes() / Math.max(1, order.size());
        int limit = Math.min(config.limits().partitionBytes(), share);
        order.forEach(slot -> slot.cursor.limitBytes(limit));
    }

    /** The cursors that have records, beginning with another partition each time. */
    List<RecordCursor> ready() {
        ready.clear();
        int count = order.size();
        if (count == 0) {
            return readyView;
        }
        turn = (turn + 1) % count;
        if (budget != null) {
            budget.begin();
        }
        for (int i = 0; i < count; i++) {
            int index = turn + i;
            Slot slot = order.get(index < count ? index : index - count);
            if (!slot.paused && slot.cursor.beginPoll() && (!slot.cursor.isExhausted() || slot.cursor.refill())) {
                ready.add(slot.cursor);
            }
        }
        return readyView;
    }

    long position(TopicPartition partition) {
        return slot(partition).cursor.position();
    }

    void seek(TopicPartition partition, long offset) {
        if (unstable.contains(partition)) {
            // Who says where to begin does not wait for the group's offset.
            begin(open(host.partition(partition), offset, UNKNOWN));
        } else {
            slot(partition).cursor.seek(offset);
        }
    }

    void seekToBeginning(TopicPartition partition) {
        seek(partition, host.partition(partition).view().logStartOffset());
    }

    void seekToEnd(TopicPartition partition) {
        seek(partition, host.partition(partition).view().endOffset(config.isolation()));
    }

    void seekToTimestamp(TopicPartition partition, long timestamp) {
        // The end is read first: what is written meanwhile may be younger than the timestamp.
        long end = host.partition(partition).view().endOffset(config.isolation());
        seek(
                partition,
                host.partition(partition)
                        .offsetForTimestamp(timestamp, config.isolation())
                        .orElse(end));
    }

    /** From here on, every record that was handed out counts as done. */
    void settle() {
        for (int i = 0; i < order.size(); i++) {
            order.get(i).cursor.settle();
        }
    }

    /** Positions that differ from what is committed. @param settledOnly without the records in hand */
    SortedMap<TopicPartition, Long> uncommitted(Set<TopicPartition> partitions, boolean settledOnly) {
        SortedMap<TopicPartition, Long> positions = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            Slot slot = slot(partition);
            long position = settledOnly ? slot.cursor.settledPosition() : slot.cursor.position();
            if (position != slot.committed) {
                positions.put(partition, position);
            }
        }
        return positions;
    }

    /** Notes what was committed. */
    void committed(Map<TopicPartition, Long> offsets) {
        offsets.forEach((partition, offset) -> {
            Slot slot = slots.get(partition);
            if (slot != null) {
                slot.committed = offset;
            }
        });
    }

    void setPaused(TopicPartition partition, boolean paused) {
        slot(partition).paused = paused;
    }

    OptionalLong lag(TopicPartition partition) {
        Slot slot = slots.get(partition);
        if (slot == null) {
            return OptionalLong.empty();
        }
        long end = slot.log.view().endOffset(config.isolation());
        return OptionalLong.of(Math.max(0, end - slot.cursor.position()));
    }

    void close() {
        slots.values().forEach(slot -> slot.log.removeListener(wake));
        slots.clear();
        unstable.clear();
        reorder();
    }

    private Slot slot(TopicPartition partition) {
        Slot slot = slots.get(partition);
        if (slot == null) {
            throw new IllegalStateException(partition + " is not assigned to this consumer");
        }
        return slot;
    }
}
