package io.millrace.state.rocksdb;

import io.millrace.state.MemoryBudget;

/**
 * The memory and the work that RocksDB may use, over all stores of an instance.
 *
 * @param memoryBytes block cache, index, filters and write buffers together
 * @param writeBufferBytes the part of it that holds what is written and not yet in a sorted file
 * @param backgroundJobs flushes and compactions at a time
 */
public record RocksConfig(long memoryBytes, long writeBufferBytes, int backgroundJobs) {
    private static final long MIB = 1 << 20;
    private static final int BACKGROUND_JOBS = 2;

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

    /** Within {@link MemoryBudget#ofThisMachine}; two background jobs. */
    public static RocksConfig defaults() {
        return within(MemoryBudget.ofThisMachine());
    }

    /** The backend's part of a budget: of 512 MiB, 192, of which 32 hold what is new; two background jobs. */
    public static RocksConfig within(MemoryBudget budget) {
        return new RocksConfig(budget.backendBytes(), budget.writeBufferBytes(), BACKGROUND_JOBS);
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
