package io.millrace.kafka;

import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * The partitions that one consumer reads, each with its cursor. Owned by the consumer's thread.
 *
 * <p>The client fetches of a partition only while its cursor has nothing left, which bounds what a slow reader holds in memory without keeping the
 * others from being read.
 */
final class Cursors {
    private final Consumer<BytesView, BytesView> client;
    private final int pollRecords;
    private final SortedMap<TopicPartition, KafkaCursor> cursors = new TreeMap<>();
    private int turn = -1;

    Cursors(Consumer<BytesView, BytesView> client, int pollRecords) {
        this.client = client;
        this.pollRecords = pollRecords;
    }

    SortedSet<TopicPartition> partitions() {
        return new TreeSet<>(cursors.keySet());
    }

    Collection<KafkaCursor> all() {
        return cursors.values();
    }

    boolean has(TopicPartition partition) {
        return cursors.containsKey(partition);
    }

    /** @throws IllegalStateException if the partition is not assigned */
    KafkaCursor require(TopicPartition partition) {
        KafkaCursor cursor = cursors.get(partition);
        if (cursor == null) {
            throw new IllegalStateException(partition + " is not assigned to this consumer");
        }
        return cursor;
    }

    void add(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            org.apache.kafka.common.TopicPartition theirs = Names.theirs(partition);
            cursors.computeIfAbsent(
                    partition, p -> new KafkaCursor(p, () -> Waking.awake(() -> client.position(theirs))));
        }
    }

    void remove(Collection<TopicPartition> partitions) {
        cursors.keySet().removeAll(partitions);
    }

    void retain(Collection<TopicPartition> partitions) {
        cursors.keySet().retainAll(partitions);
    }

    SortedSet<TopicPartition> where(Predicate<KafkaCursor> condition) {
        SortedSet<TopicPartition> found = new TreeSet<>();
        for (KafkaCursor cursor : cursors.values()) {
            if (condition.test(cursor)) {
                found.add(cursor.topicPartition());
            }
        }
        return found;
    }

    /** True if some cursor can hand out records without another fetch. */
    boolean haveRecords() {
        for (KafkaCursor cursor : cursors.values()) {
            if (!cursor.isPaused() && !cursor.isConsumed()) {
                return true;
            }
        }
        return false;
    }

    /** Lets the client fetch where nothing is left, and only there. */
    void steerClient() {
        List<org.apache.kafka.common.TopicPartition> held = new ArrayList<>(0);
        List<org.apache.kafka.common.TopicPartition> free = new ArrayList<>(0);
        for (KafkaCursor cursor : cursors.values()) {
            boolean hold = cursor.isPaused() || !cursor.isConsumed();
            if (hold != cursor.isHeld()) {
                (hold ? held : free).add(cursor.theirs());
                cursor.hold(hold);
            }
        }
        if (!held.isEmpty()) {
            client.pause(held);
        }
        if (!free.isEmpty()) {
            client.resume(free);
        }
    }

    void take(ConsumerRecords<BytesView, BytesView> records) {
        for (org.apache.kafka.common.TopicPartition partition : records.partitions()) {
            KafkaCursor cursor = cursors.get(Names.ours(partition));
            if (cursor != null) {
                cursor.add(records.records(partition));
            }
        }
    }

    /** The cursors that have records, beginning with another partition each time, together with no more than a poll may hand out. */
    List<io.millrace.log.RecordCursor> ready() {
        List<KafkaCursor> order = new ArrayList<>(cursors.values());
        if (order.isEmpty()) {
            return List.of();
        }
        turn = (turn + 1) % order.size();
        Collections.rotate(order, -turn);
        List<io.millrace.log.RecordCursor> ready = new ArrayList<>(order.size());
        int left = pollRecords;
        for (KafkaCursor cursor : order) {
            int allowed = cursor.allow(cursor.isPaused() ? 0 : left);
            left -= allowed;
            if (allowed > 0) {
                ready.add(cursor);
            }
        }
        return ready;
    }

    /** From here on, every record that was handed out counts as done. */
    void settle() {
        cursors.values().forEach(KafkaCursor::settle);
    }

    /** Positions that differ from what is committed. @param settledOnly without the records in hand */
    SortedMap<TopicPartition, Long> uncommitted(Set<TopicPartition> partitions, boolean settledOnly) {
        SortedMap<TopicPartition, Long> positions = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            KafkaCursor cursor = cursors.get(partition);
            if (cursor != null && cursor.isPlaced()) {
                long position = settledOnly ? cursor.settledPosition() : cursor.position();
                if (position != cursor.committed()) {
                    positions.put(partition, position);
                }
            }
        }
        return positions;
    }

    /** Notes what was committed. */
    void committed(Map<TopicPartition, Long> offsets) {
        offsets.forEach((partition, offset) -> {
            KafkaCursor cursor = cursors.get(partition);
            if (cursor != null) {
                cursor.committed(offset);
            }
        });
    }
}
