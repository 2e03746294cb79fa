package io.millrace.dsl;

/**
 * A step in plain code: sees one record at a time, reads and changes its stores, and emits to its outputs. One instance per task, used by
 * one thread at a time.
 *
 * <p>It must be a function of the record, its stores and the times that it is given: after a crash or a lost race the same records are processed again from the
 * committed state, and only one of the runs becomes visible.
 */
@FunctionalInterface
public interface Processor<K, V> {
    void process(K key, V value, ProcessContext context);
}
