package io.millrace.dsl;

import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import java.util.List;

/**
 * Where the present record comes from, and where results go. Belongs to the task's thread and describes the present record only during
 * its processing.
 */
public interface ProcessContext {
    TopicPartition topicPartition();

    long offset();

    /** The record's timestamp, milliseconds since the epoch. Records that are emitted carry it. */
    long timestamp();

    List<Header> headers();

    /** Hands a record on with the timestamp of the present one. */
    <K, V> void emit(Output<K, V> output, K key, V value);

    /** Hands a record on with a timestamp of its own. */
    <K, V> void emit(Output<K, V> output, K key, V value, long timestamp);
}
