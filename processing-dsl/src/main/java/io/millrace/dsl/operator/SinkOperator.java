package io.millrace.dsl.operator;

import io.millrace.dsl.Step;
import io.millrace.log.Partitioner;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import org.jspecify.annotations.Nullable;

/** Encodes records and sends them to the partition of their key. */
final class SinkOperator implements Operator {
    private final Serde<Object> keySerde;
    private final Serde<Object> valueSerde;
    private final TopicPartition[] partitions;
    private final RecordSink sink;
    private final BytesWriter keyWriter = new BytesWriter();
    private final BytesWriter valueWriter = new BytesWriter();
    private final BytesView keyView = new BytesView();
    private final BytesView valueView = new BytesView();

    SinkOperator(Step.Sink step, int partitionCount, RecordSink sink) {
        this.keySerde = step.keySerde();
        this.valueSerde = step.valueSerde();
        this.partitions = new TopicPartition[partitionCount];
        for (int i = 0; i < partitionCount; i++) {
            partitions[i] = new TopicPartition(step.topic().name(), i);
        }
        this.sink = sink;
    }

    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        int partition = partitionOf(key, context);
        context.countSent();
        sink.send(
                partitions[partition],
                context.timestamp(),
                key == null ? null : keyView,
                value == null ? null : write(valueSerde, value, valueWriter, valueView));
    }

    /** Writes the key, if there is one. Without one, what comes from one partition stays together and in order. */
    private int partitionOf(@Nullable Object key, RecordContext context) {
        if (key == null) {
            return context.topicPartition().partition() % partitions.length;
        }
        return Partitioner.partitionOf(write(keySerde, key, keyWriter, keyView), partitions.length);
    }

    private static BytesView write(Serde<Object> serde, Object value, BytesWriter writer, BytesView view) {
        serde.write(value, writer.clear());
        return writer.viewInto(view);
    }
}
