package io.millrace.dsl;

import io.millrace.log.Header;
import java.util.List;

/** The context of a {@link Processor}, and where its results go. */
public interface ProcessContext extends StepContext {
    /** Hands a record on with the timestamp and the headers of the present one. */
    <K, V> void emit(Output<K, V> output, K key, V value);

    /** Hands a record on with a timestamp of its own and the headers of the present one. */
    <K, V> void emit(Output<K, V> output, K key, V value, long timestamp);

    /**
     * Hands a record on with a timestamp and headers of its own, in place of those of the present record: to add one, give {@link #headers()} and it.
     * Steps behind see them, and so does every topic that is written of this record; a timer's records have headers only this way.
     *
     * @param timestamp {@link #timestamp()} for that of the present record
     * @param headers in order, none of them null; may be empty
     */
    <K, V> void emit(Output<K, V> output, K key, V value, long timestamp, List<Header> headers);
}
