package io.millrace.dsl.testing;

import io.millrace.dsl.Topic;
import io.millrace.log.Header;
import io.millrace.log.LogProducer;
import io.millrace.log.Partitioner;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to a topic of the log under test. A record is in the log when the call returns; the pipeline reads it at the next
 * {@link PipelineTest#run} or {@link PipelineTest#advanceTime}. Immutable: {@link #toPartition}, {@link #withHeaders} and {@link #in} give
 * another input of the same topic. One thread.
 */
public final class TestInputTopic<K, V> {
    private final SimulatedRun run;
    private final Topic<K, V> topic;
    private final OptionalInt partition;
    private final List<Header> headers;
    private final @Nullable TestTransaction transaction;

    TestInputTopic(SimulatedRun run, Topic<K, V> topic) {
        this(run, topic, OptionalInt.empty(), List.of(), null);
    }

    private TestInputTopic(
            SimulatedRun run,
            Topic<K, V> topic,
            OptionalInt partition,
            List<Header> headers,
            @Nullable TestTransaction transaction) {
        this.run = run;
        this.topic = topic;
        this.partition = partition;
        this.headers = List.copyOf(headers);
        this.transaction = transaction;
    }

    /** Writes to this partition, whatever the key. Otherwise a key goes where every producer of the log sends it, and no key to partition 0. */
    public TestInputTopic<K, V> toPartition(int value) {
        int partitions = run.partitionsOf(topic);
        if (value < 0 || value >= partitions) {
            throw new IllegalArgumentException("Topic '" + topic.name() + "' has " + partitions
                    + " partitions, numbered from 0, got " + value + ": PipelineTestSettings.withPartitions or"
                    + " Topic.withPartitions gives it more");
        }
        return new TestInputTopic<>(run, topic, OptionalInt.of(value), headers, transaction);
    }

    /** Writes records with these headers. */
    public TestInputTopic<K, V> withHeaders(Header... values) {
        return new TestInputTopic<>(run, topic, partition, List.of(values), transaction);
    }

    /** Writes in a transaction. */
    public TestInputTopic<K, V> in(TestTransaction value) {
        return new TestInputTopic<>(run, topic, partition, headers, value);
    }

    /** Writes a record with the present virtual time. A null value is a tombstone. */
    public void send(@Nullable K key, @Nullable V value) {
        send(key, value, run.world().clock().instant().toEpochMilli());
    }

    /** The same with a timestamp of its own, in milliseconds since the epoch, 0 or more. */
    public void send(@Nullable K key, @Nullable V value, long timestamp) {
        sendBytes(bytes(topic.keySerde(), key), bytes(topic.valueSerde(), value), timestamp);
    }

    /** The same with a time of its own. */
    public void sendAt(Instant time, @Nullable K key, @Nullable V value) {
        send(key, value, time.toEpochMilli());
    }

    /** Writes a record without a value, which deletes the key from a table. */
    public void sendTombstone(K key) {
        send(key, null);
    }

    /** Writes bytes as they are, such as some that the topic's serdes cannot read. */
    public void sendBytes(@Nullable BytesView key, @Nullable BytesView value, long timestamp) {
        int target = partition.orElseGet(() -> key == null ? 0 : Partitioner.partitionOf(key, run.partitionsOf(topic)));
        TestTransaction open = transaction;
        if (open != null) {
            open.send(new TopicPartition(topic.name(), target), timestamp, key, value, headers);
            return;
        }
        LogProducer producer = run.process().producer();
        var sent = producer.send(new ProducerRecord(topic.name(), target, timestamp, key, value, headers));
        producer.flush();
        // Flushed, so that this waits for nothing; it throws what the log had against the record.
        sent.toCompletableFuture().join();
    }

    private static <T> @Nullable BytesView bytes(Serde<T> serde, @Nullable T value) {
        if (value == null) {
            return null;
        }
        BytesWriter bytes = new BytesWriter();
        serde.write(value, bytes);
        return bytes.viewInto(new BytesView());
    }

    @Override
    public String toString() {
        return "TestInputTopic[" + topic.name() + "]";
    }
}
