package io.millrace.dsl;

/** Chooses the partition of a record that is written. Must depend on its arguments alone. */
@FunctionalInterface
public interface StreamPartitioner<K, V> {
    /** @return from 0 to {@code partitions} − 1; anything else is an error of the record */
    int partition(K key, V value, int partitions);
}
