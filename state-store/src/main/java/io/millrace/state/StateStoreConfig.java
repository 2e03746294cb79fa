package io.millrace.state;

import java.time.Duration;

/**
 * How much memory one instance's state uses besides its backend's, and when it is written. {@link MemoryBudget} divides one number.
 *
 * @param cacheBytes decoded values kept for reading, over all stores and partitions; an estimate, 0 for none
 * @param writeBehindBytes committed changes are moved to the backend when there are this many bytes of them
 * @param writeBehindDelay or when the oldest of them is this old; a longer delay writes hot keys less often and replays more after a kill
 * @param committedLimitBytes above this the owner's commit moves them itself, so that memory is bounded
 * @param stagedBytes open transactions that change more than this together are to be committed early
 * @param transactionLimitBytes changes that one open transaction of one partition may stage
 */
public record StateStoreConfig(
        long cacheBytes,
        long writeBehindBytes,
        Duration writeBehindDelay,
        long committedLimitBytes,
        long stagedBytes,
        long transactionLimitBytes) {
    private static final long LARGEST_TRANSACTION = 1 << 30;
    private static final int WRITES_PER_LIMIT = 8;
    private static final int STAGED_PER_TRANSACTION = 8;
    private static final Duration WRITE_BEHIND_DELAY = Duration.ofMillis(500);

    public StateStoreConfig {
        if (cacheBytes < 0 || writeBehindBytes < 0 || writeBehindDelay.isNegative()) {
            throw new IllegalArgumentException("Sizes and the delay of a state store are not negative");
        }
        if (committedLimitBytes < writeBehindBytes) {
            throw new IllegalArgumentException("committedLimitBytes (" + committedLimitBytes
                    + ") is at least writeBehindBytes (" + writeBehindBytes + ")");
        }
        if (stagedBytes <= 0) {
            throw new IllegalArgumentException("stagedBytes is 1 byte or more, got " + stagedBytes);
        }
        if (transactionLimitBytes <= 0 || transactionLimitBytes > LARGEST_TRANSACTION) {
            throw new IllegalArgumentException(
                    "transactionLimitBytes is 1 byte to 1 GiB, got " + transactionLimitBytes);
        }
    }

    /** Within {@link MemoryBudget#ofThisMachine}. */
    public static StateStoreConfig defaults() {
        return within(MemoryBudget.ofThisMachine());
    }

    /**
     * As the budget says; with 512 MiB: 192 of cache, written behind at 4 MiB or half a second, at most 32 MiB not yet written, 32 MiB of
     * changes in open transactions, and 256 MiB in one.
     */
    public static StateStoreConfig within(MemoryBudget budget) {
        return new StateStoreConfig(
                budget.cacheBytes(),
                budget.committedBytes() / WRITES_PER_LIMIT,
                WRITE_BEHIND_DELAY,
                budget.committedBytes(),
                budget.stagedBytes(),
                Math.min(LARGEST_TRANSACTION, budget.stagedBytes() * STAGED_PER_TRANSACTION));
    }

    public StateStoreConfig withCacheBytes(long bytes) {
        return new StateStoreConfig(
                bytes, writeBehindBytes, writeBehindDelay, committedLimitBytes, stagedBytes, transactionLimitBytes);
    }

    public StateStoreConfig withWriteBehind(long bytes, Duration delay) {
        return new StateStoreConfig(
                cacheBytes, bytes, delay, Math.max(bytes, committedLimitBytes), stagedBytes, transactionLimitBytes);
    }

    public StateStoreConfig withCommittedLimitBytes(long bytes) {
        return new StateStoreConfig(
                cacheBytes,
                Math.min(bytes, writeBehindBytes),
                writeBehindDelay,
                bytes,
                stagedBytes,
                transactionLimitBytes);
    }

    public StateStoreConfig withStagedBytes(long bytes) {
        return new StateStoreConfig(
                cacheBytes, writeBehindBytes, writeBehindDelay, committedLimitBytes, bytes, transactionLimitBytes);
    }

    public StateStoreConfig withTransactionLimitBytes(long bytes) {
        return new StateStoreConfig(
                cacheBytes, writeBehindBytes, writeBehindDelay, committedLimitBytes, stagedBytes, bytes);
    }
}
