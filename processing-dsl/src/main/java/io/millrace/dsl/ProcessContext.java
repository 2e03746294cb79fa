package io.millrace.dsl;

/** The context of a {@link Processor}, and where its results go. */
public interface ProcessContext extends StepContext {
    /** Hands a record on with the timestamp of the present one. */
    <K, V> void emit(Output<K, V> output, K key, V value);

    /** Hands a record on with a timestamp of its own. */
    <K, V> void emit(Output<K, V> output, K key, V value, long timestamp);
}
