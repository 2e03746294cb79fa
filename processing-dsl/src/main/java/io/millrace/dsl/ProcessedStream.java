package io.millrace.dsl;

/** What leaves a processor: one stream for each of its outputs. */
public final class ProcessedStream {
    private final Pipeline.Builder builder;
    private final int step;

    ProcessedStream(Pipeline.Builder builder, int step) {
        this.builder = builder;
        this.step = step;
    }

    /** The stream of what the processor emits to {@code output}. */
    public <K, V> EventStream<K, V> output(Output<K, V> output) {
        return new EventStream<>(
                builder, builder.outlet(step, Erased.given("output", output), true), StreamTypes.unknown());
    }
}
