package io.millrace.dsl;

/** A stream as it comes from its topic. */
public final class SourceStream<K, V> extends EventStream<K, V> {
    SourceStream(Pipeline.Builder builder, int step, StreamTypes<K, V> types) {
        super(builder, step, types);
    }

    /**
     * What becomes of a record of this topic that cannot be read, or that makes any step throw, up to where its results are written.
     * Without it the pipeline's own policy holds.
     */
    public SourceStream<K, V> onError(ErrorPolicy policy) {
        builder.setErrorPolicy(step, policy);
        return this;
    }
}
