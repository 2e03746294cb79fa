package io.millrace.dsl.operator;

import io.millrace.dsl.Step;
import io.millrace.log.Partitioner;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;

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
    public void accept(Object key, Object value, RecordContext context) {
        keySerde.write(key, keyWriter.clear());
        valueSerde.write(value, valueWriter.clear());
        keyWriter.viewInto(keyView);
        int partition = Partitioner.partitionOf(keyView, partitions.length);
        context.countSent();
        sink.send(partitions[partition], context.timestamp(), keyView, valueWriter.viewInto(valueView));
    }
}
