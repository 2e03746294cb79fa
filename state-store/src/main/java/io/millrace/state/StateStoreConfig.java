package io.millrace.state;

import java.time.Duration;

/**
 * The budget of one instance's state.
 *
 * @param cacheBytes decoded values kept for reading, over all stores and partitions; an estimate, 0 for none
 * @param writeBehindBytes committed changes are moved to the backend when there are this many bytes of them
 * @param writeBehindDelay or when the oldest of them is this old; a longer delay writes hot keys less often and replays more after a kill
 * @param committedLimitBytes above this the owner's commit moves them itself, so that memory is bounded
 * @param transactionLimitBytes changes that one open transaction of one partition may stage
 */
public record StateStoreConfig(
        long cacheBytes,
        long writeBehindBytes,
        Duration writeBehindDelay,
        long committedLimitBytes,
        long transactionLimitBytes) {
    private static final long MIB = 1 << 20;
    private static final long LARGEST_TRANSACTION = 1 << 30;

    public StateStoreConfig {
        if (cacheBytes < 0 || writeBehindBytes < 0 || writeBehindDelay.isNegative()) {
            throw new IllegalArgumentException("Sizes and the delay of a state store are not negative");
        }
        if (committedLimitBytes < writeBehindBytes) {
            throw new IllegalArgumentException("committedLimitBytes (" + committedLimitBytes
                    + ") is at least writeBehindBytes (" + writeBehindBytes + ")");
        }
        if (transactionLimitBytes <= 0 || transactionLimitBytes > LARGEST_TRANSACTION) {
            throw new IllegalArgumentException(
                    "transactionLimitBytes is 1 byte to 1 GiB, got " + transactionLimitBytes);
        }
    }

    /** 64 MiB of cache; written behind at 4 MiB or half a second; at most 32 MiB not yet written; transactions up to 256 MiB. */
    public static StateStoreConfig defaults() {
        return new StateStoreConfig(64 * MIB, 4 * MIB, Duration.ofMillis(500), 32 * MIB, 256 * MIB);
    }

    public StateStoreConfig withCacheBytes(long bytes) {
        return new StateStoreConfig(
                bytes, writeBehindBytes, writeBehindDelay, committedLimitBytes, transactionLimitBytes);
    }

    public StateStoreConfig withWriteBehind(long bytes, Duration delay) {
        return new StateStoreConfig(
                cacheBytes, bytes, delay, Math.max(bytes, committedLimitBytes), transactionLimitBytes);
    }

    public StateStoreConfig withCommittedLimitBytes(long bytes) {
        return new StateStoreConfig(
                cacheBytes, Math.min(bytes, writeBehindBytes), writeBehindDelay, bytes, transactionLimitBytes);
    }

    public StateStoreConfig withTransactionLimitBytes(long bytes) {
        return new StateStoreConfig(cacheBytes, writeBehindBytes, writeBehindDelay, committedLimitBytes, bytes);
    }
}
