package io.millrace.dsl.operator;

import io.millrace.dsl.Output;
import io.millrace.dsl.ProcessContext;
import io.millrace.dsl.Processor;
import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs a user's processor. It is the processor's context too, so that a record costs no object. */
final class ProcessOperator implements Operator, ProcessContext {
    private final String name;
    private final Processor<Object, Object> processor;
    private final Output<?, ?>[] outputs;
    private final Operator[] next;
    private final RecordContext context;

    /** @param outputs where each output leads, in a stable order */
    ProcessOperator(
            String name,
            Processor<Object, Object> processor,
            Map<Output<?, ?>, Operator> outputs,
            RecordContext context) {
        this.name = name;
        this.processor = processor;
        this.outputs = outputs.keySet().toArray(new Output<?, ?>[0]);
        this.next = outputs.values().toArray(new Operator[0]);
        this.context = context;
    }

    @Override
    @SuppressWarnings("NullAway") // whether keys and values may be missing, the user's types say
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext ignored) {
        processor.process(key, value, this);
    }

    @Override
    public <K, V> void emit(Output<K, V> output, K key, V value) {
        operatorOf(output).accept(key, value, context);
    }

    @Override
    public <K, V> void emit(Output<K, V> output, K key, V value, long timestamp) {
        context.accept(operatorOf(output), key, value, timestamp);
    }

    @Override
    public <K, V> void emit(Output<K, V> output, K key, V value, long timestamp, List<Header> headers) {
        context.accept(operatorOf(output), key, value, timestamp, List.copyOf(headers));
    }

    /** A processor has a few outputs: looking through them is faster than any map. */
    @SuppressWarnings("ReferenceEquality") // outputs are identities
    private Operator operatorOf(Output<?, ?> output) {
        for (int i = 0; i < outputs.length; i++) {
            if (outputs[i] == output) {
                return next[i];
            }
        }
        throw new IllegalArgumentException("Step '" + name + "' emitted to " + output
                + ", which leads nowhere: go on with .output(...) of that constant where the pipeline is written");
    }

    @Override
    public boolean hasRecord() {
        return context.hasRecord();
    }

    @Override
    public TopicPartition topicPartition() {
        return context.topicPartition();
    }

    @Override
    public long offset() {
        return context.offset();
    }

    String name() {
        return name;
    }

    @Override
    public long watermark() {
        return context.watermark();
    }

    @Override
    public long wallClock() {
        return context.wallClock();
    }

    @Override
    public long timestamp() {
        return context.timestamp();
    }

    @Override
    public List<Header> headers() {
        return context.headers();
    }
}
