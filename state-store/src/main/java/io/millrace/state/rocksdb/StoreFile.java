package io.millrace.state.rocksdb;

/**
 * A sorted file of a store.
 *
 * @param level of RocksDB's tree: 0 for what was flushed and not yet merged
 * @param firstPartition the partition of its first key
 * @param lastPartition the partition of its last key
 */
public record StoreFile(String name, int level, long bytes, int firstPartition, int lastPartition) {
    /** Whether it may hold something of the partition. */
    public boolean touches(int partition) {
        return firstPartition <= partition && partition <= lastPartition;
    }
}
