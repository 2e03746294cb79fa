package io.millrace.dsl;

/** A stream as it comes from its topic. */
public final class SourceStream<K, V> extends EventStream<K, V> {
    SourceStream(Pipeline.Builder builder, int step, StreamTypes<K, V> types) {
        super(builder, step, types);
    }

    /**
     * What becomes of a record of this topic that fails, up to where its results are written, whatever fails of it and is not said by its kind, here or by
     * the pipeline. Without it the pipeline's own such policy holds.
     */
    public SourceStream<K, V> onError(ErrorPolicy policy) {
        builder.setErrorPolicy(step, null, policy);
        return this;
    }

    /**
     * What becomes of a record of this topic that cannot be read: the serde of its key or value throws. Bytes that no serde reads do not become readable, so that
     * {@link ErrorPolicy#retry} is for serdes that ask somebody else, such as a registry of schemas. Without it the pipeline's own such policy holds, and
     * without that {@link #onError}.
     */
    public SourceStream<K, V> onDeserializationError(ErrorPolicy policy) {
        builder.setErrorPolicy(step, ErrorKind.DESERIALIZATION, policy);
        return this;
    }

    /**
     * What becomes of a record of this topic that makes any step throw, or the timestamp extractor. Without it the pipeline's own such policy holds, and without
     * that {@link #onError}.
     */
    public SourceStream<K, V> onProcessingError(ErrorPolicy policy) {
        builder.setErrorPolicy(step, ErrorKind.PROCESSING, policy);
        return this;
    }

    /**
     * What becomes of a record of this topic that makes a result which cannot be written: its topic does not take it, or its serde throws. Without it
     * the pipeline's own such policy holds, and without that {@link #onError}.
     */
    public SourceStream<K, V> onProductionError(ErrorPolicy policy) {
        builder.setErrorPolicy(step, ErrorKind.PRODUCTION, policy);
        return this;
    }

    /**
     * When what a record tells of happened, where that is not the record's own timestamp. It becomes the timestamp of all that follows from the
     * record, and it is what windows, joins, timers of event time and the task's watermark go by.
     *
     * @throws PipelineException if it was said before, for a topic has one
     */
    public SourceStream<K, V> withTimestampExtractor(TimestampExtractor<? super K, ? super V> extractor) {
        builder.setTimes(step, EventTimes.of(extractor));
        return this;
    }

    /**
     * The same by an extractor that asks how far the record's partition has come ({@link SourceRecord#partitionTime}), which is kept for it: KIP-251's
     * partition time, which here is part of the transaction that it belongs to.
     *
     * @param name the identity of what is kept, in a store of this name; the steps behind it have equally many partitions of all their inputs then
     * @throws PipelineException if it was said before, for a topic has one
     */
    public SourceStream<K, V> withTimestampExtractor(String name, TimestampExtractor<? super K, ? super V> extractor) {
        builder.setTimes(step, EventTimes.kept(name, extractor));
        return this;
    }
}
