package io.millrace.dsl;

/**
 * Chooses the partition of a record that is written. Must depend on its arguments alone, so that the record goes to the same one when it is processed again.
 *
 * <p>What keeps state by key finds all records of a key in one partition: where such a step reads the topic, records with equal keys get the same one,
 * whatever their values are; and where topics meet in a join, the partitioner is the same in both.
 */
@FunctionalInterface
public interface StreamPartitioner<K, V> {
    /**
     * @param partitions how many the topic has that the record is written to
     * @return from 0 to {@code partitions} − 1; anything else is an error of the record
     */
    int partition(K key, V value, int partitions);
}
