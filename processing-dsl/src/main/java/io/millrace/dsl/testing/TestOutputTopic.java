package io.millrace.dsl.testing;

import io.millrace.dsl.Topic;
import io.millrace.dsl.operator.WatermarkFormat;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic of the log under test as every reader of it does: committed records alone, each once, in the order of a partition. It begins
 * with the first record that there is, and goes on where it was, also after a crash. Between partitions there is no order in a log; here the
 * records of lower partitions come first. One thread.
 */
public final class TestOutputTopic<K, V> {
    private final SimulatedRun run;
    private final Topic<K, V> topic;
    private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();
    private final SortedMap<Integer, Queue<TestRecord<K, V>>> unread = new TreeMap<>();

    TestOutputTopic(SimulatedRun run, Topic<K, V> topic) {
        this.run = run;
        this.topic = topic;
        for (int partition = 0; partition < run.partitionsOf(topic); partition++) {
            positions.put(new TopicPartition(topic.name(), partition), 0L);
            unread.put(partition, new ArrayDeque<>());
        }
    }

    /** True if there is nothing left to read now. */
    public boolean isEmpty() {
        fetch();
        return unread.values().stream().allMatch(Queue::isEmpty);
    }

    /**
     * The next record: of the lowest partition that has one.
     *
     * @throws NoSuchElementException if there is none
     */
    public TestRecord<K, V> readRecord() {
        fetch();
        for (Queue<TestRecord<K, V>> records : unread.values()) {
            TestRecord<K, V> next = records.poll();
            if (next != null) {
                return next;
            }
        }
        throw new NoSuchElementException("Topic '" + topic.name() + "' has no further committed record in " + run
                + ". What was sent is processed by run()");
    }

    /** The next value, see {@link #readRecord}. */
    public @Nullable V readValue() {
        return readRecord().value();
    }

    /** The next key and value, see {@link #readRecord}. */
    public Map.Entry<K, V> readKeyValue() {
        return readRecord().keyValue();
    }

    /** All records that were not read yet: partition after partition, each in the order of its offsets. */
    public List<TestRecord<K, V>> readAll() {
        fetch();
        List<TestRecord<K, V>> records = new ArrayList<>();
        unread.values().forEach(queue -> drain(queue, records));
        return List.copyOf(records);
    }

    /** All records of one partition that were not read yet, in the order of their offsets. */
    public List<TestRecord<K, V>> readPartition(int partition) {
        fetch();
        Queue<TestRecord<K, V>> queue = unread.get(partition);
        if (queue == null) {
            throw new IllegalArgumentException(
                    "Topic '" + topic.name() + "' has " + unread.size() + " partitions, got " + partition);
        }
        List<TestRecord<K, V>> records = new ArrayList<>();
        drain(queue, records);
        return List.copyOf(records);
    }

    /** Keys and values of {@link #readAll}. */
    public List<Map.Entry<K, V>> readKeyValues() {
        return readAll().stream().map(TestRecord::keyValue).toList();
    }

    /** Values of {@link #readAll}; null where there is none. */
    public List<@Nullable V> readValues() {
        List<@Nullable V> values = new ArrayList<>();
        readAll().forEach(record -> values.add(record.value()));
        return values;
    }

    /**
     * Reads everything that was not read yet, and keeps the newest value of each key, in the order in which the keys were first seen; a
     * tombstone removes its key, and records without a key are left out. It is what a table of these records holds.
     */
    public Map<K, V> readLatestPerKey() {
        Map<K, V> latest = new LinkedHashMap<>();
        for (TestRecord<K, V> record : readAll()) {
            K key = record.key();
            V value = record.value();
            if (key != null && value == null) {
                latest.remove(key);
            } else if (key != null) {
                latest.put(key, value);
            }
        }
        return latest;
    }

    private void drain(Queue<TestRecord<K, V>> from, List<TestRecord<K, V>> to) {
        to.addAll(from);
        from.clear();
    }

    private void fetch() {
        run.readCommitted(positions, this::take);
    }

    private void take(RecordCursor cursor) {
        while (cursor.next()) {
            LogRecord record = cursor.record();
            if (WatermarkFormat.isMark(record)) {
                continue; // of a topic between two steps: nobody has sent it
            }
            int partition = record.topicPartition().partition();
            TestRecord<K, V> decoded = new TestRecord<>(
                    decode(topic.keySerde(), record.key(), record),
                    decode(topic.valueSerde(), record.value(), record),
                    record.timestamp(),
                    record.headers(),
                    partition,
                    record.offset());
            Queue<TestRecord<K, V>> queue = unread.get(partition);
            if (queue == null) {
                throw new IllegalStateException("No partition " + partition + " of topic '" + topic.name() + "'");
            }
            queue.add(decoded);
        }
    }

    private <T> @Nullable T decode(Serde<T> serde, @Nullable BytesView bytes, LogRecord record) {
        if (bytes == null) {
            return null;
        }
        try {
            return serde.read(bytes);
        } catch (SerdeException e) {
            throw run.failed(
                    "The record of " + record.topicPartition() + " at offset " + record.offset() + " is no "
                            + serde.name() + ": " + e.getMessage(),
                    e);
        }
    }

    @Override
    public String toString() {
        return "TestOutputTopic[" + topic.name() + "]";
    }
}
