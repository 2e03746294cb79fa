package io.millrace.state.rocksdb;

/**
 * The memory and the work that RocksDB may use, over all stores of an instance.
 *
 * @param memoryBytes block cache, index, filters and write buffers together
 * @param writeBufferBytes the part of it that holds what is written and not yet in a sorted file
 * @param backgroundJobs flushes and compactions at a time
 */
public record RocksConfig(long memoryBytes, long writeBufferBytes, int backgroundJobs) {
    private static final long MIB = 1 << 20;

    public RocksConfig {
        if (writeBufferBytes < MIB || memoryBytes < writeBufferBytes) {
            throw new IllegalArgumentException(
                    "RocksDB needs writeBufferBytes of 1 MiB or more and memoryBytes that include them, got "
                            + writeBufferBytes + " and " + memoryBytes);
        }
        if (backgroundJobs < 1) {
            throw new IllegalArgumentException("RocksDB needs a background job at least, got " + backgroundJobs);
        }
    }

    /** 128 MiB, of which 16 MiB hold what is new; two background jobs. */
    public static RocksConfig defaults() {
        return new RocksConfig(128 * MIB, 16 * MIB, 2);
    }

    public RocksConfig withMemoryBytes(long bytes) {
        return new RocksConfig(bytes, Math.min(bytes, writeBufferBytes), backgroundJobs);
    }

    public RocksConfig withWriteBufferBytes(long bytes) {
        return new RocksConfig(Math.max(bytes, memoryBytes), bytes, backgroundJobs);
    }

    public RocksConfig withBackgroundJobs(int jobs) {
        return new RocksConfig(memoryBytes, writeBufferBytes, jobs);
    }
}
