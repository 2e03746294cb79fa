package io.millrace.dsl.operator;

import io.millrace.dsl.Topic;
import io.millrace.log.Partitioner;
import io.millrace.log.RecordRefusedException;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Encodes the records of one topic and sends them. Owned by the task's thread. */
final class TopicWriter {
    private final String name;
    private final Serde<Object> keySerde;
    private final Serde<Object> valueSerde;
    private final TopicPartition[] partitions;
    private final RecordSink sink;
    private final BytesWriter keyWriter = new BytesWriter();
    private final BytesWriter valueWriter = new BytesWriter();
    private final BytesView keyView = new BytesView();
    private final BytesView valueView = new BytesView();

    private TopicWriter(String name, Serde<Object> keySerde, Serde<Object> valueSerde, int count, RecordSink sink) {
        this.name = name;
        this.keySerde = keySerde;
        this.valueSerde = valueSerde;
        this.partitions = new TopicPartition[count];
        for (int i = 0; i < count; i++) {
            partitions[i] = new TopicPartition(name, i);
        }
        this.sink = sink;
    }

    @SuppressWarnings("unchecked") // the stage that named the topic checked the types
    static TopicWriter of(Topic<?, ?> topic, Map<String, Integer> partitionCounts, RecordSink sink) {
        Integer count = partitionCounts.get(topic.name());
        if (count == null) {
            throw new IllegalStateException("Topic '" + topic.name() + "' is not known");
        }
        return new TopicWriter(
                topic.name(), (Serde<Object>) topic.keySerde(), (Serde<Object>) topic.valueSerde(), count, sink);
    }

    String name() {
        return name;
    }

    int partitions() {
        return partitions.length;
    }

    /** Sends a record to the partition of its key. Without a key, what comes from one partition stays together and in order. */
    void write(@Nullable Object key, @Nullable Object value, RecordContext context) {
        BytesView written = key == null ? null : encoded(keySerde, key, keyWriter, keyView);
        int partition = written == null
                ? context.partition() % partitions.length
                : Partitioner.partitionOf(written, partitions.length);
        send(partition, written, value, context);
    }

    /** Sends a record to a partition that somebody chose. */
    void write(@Nullable Object key, @Nullable Object value, int partition, RecordContext context) {
        if (partition < 0 || partition >= partitions.length) {
            throw new IllegalArgumentException("Partition " + partition + " of topic '" + name
                    + "' was chosen, which has those from 0 to " + (partitions.length - 1)
                    + ": mend the StreamPartitioner that is given to to(...) or repartition(...)");
        }
        send(partition, key == null ? null : encoded(keySerde, key, keyWriter, keyView), value, context);
    }

    private void send(int partition, @Nullable BytesView key, @Nullable Object value, RecordContext context) {
        BytesView written = value == null ? null : encoded(valueSerde, value, valueWriter, valueView);
        try {
            sink.send(partitions[partition], context.timestamp(), key, written, SentHeaders.of(context.headers()));
        } catch (RecordRefusedException e) {
            throw new ProductionException(name, e);
        }
        context.countSent();
    }

    private BytesView encoded(Serde<Object> serde, Object value, BytesWriter writer, BytesView view) {
        try {
            serde.write(value, writer.clear());
        } catch (Exception e) {
            throw new ProductionException(name, e);
        } catch (Error e) {
            if (ErrorRule.isOfRecord(e)) {
                throw new ProductionException(name, e);
            }
            throw e;
        }
        return writer.viewInto(view);
    }
}
