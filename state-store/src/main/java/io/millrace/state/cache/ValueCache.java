package io.millrace.state.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * The cache of one store of one partition; owned by the partition's thread, but for {@link #limit}. It works in that thread too, so which
 * values it keeps does not depend on other threads.
 */
public final class ValueCache<K, V> {
    /**
     * What an entry costs besides its bytes: 110 in the nodes of the cache and of its hash table and in the cached value, the rest in the
     * headers of decoded objects, of which this is an estimate.
     */
    private static final int OVERHEAD_BYTES = 168;

    /** A value's weight is counted anew when it is this many times what was counted. */
    private static final int WEIGHT_DRIFT = 2;

    private final AbortedTransactions transactions;
    private final Cache<K, CachedValue<V>> values;

    /**
     * What was last looked up or inserted: a key is mostly read, then written, and the second look-up is saved. It may have been evicted
     * since; changing it is then without effect. It is never older than what the cache holds for the key, because inserting sets it.
     */
    private @Nullable K lastKey;

    private @Nullable CachedValue<V> lastValue;

    public ValueCache(AbortedTransactions transactions, long maximumBytes) {
        this.transactions = transactions;
        this.values = Caffeine.newBuilder()
                .maximumWeight(maximumBytes)
                .weigher((K key, CachedValue<V> cached) -> cached.weight())
                .executor(Runnable::run)
                .build();
    }

    /** What is known of the key, or null if nothing is. */
    public @Nullable CachedValue<V> find(K key) {
        CachedValue<V> cached = values.getIfPresent(key);
        lastKey = key;
        lastValue = cached;
        return cached == null || transactions.isAborted(cached.transaction()) ? null : cached;
    }

    /** The open transaction changed the key. */
    public void changed(K key, @Nullable V value, int encodedBytes) {
        remember(key, value, encodedBytes, transactions.open());
    }

    /** The key was read, in committed state or in the open transaction's changes. */
    public void read(K key, @Nullable V value, int encodedBytes, boolean isCommitted) {
        remember(key, value, encodedBytes, isCommitted ? AbortedTransactions.COMMITTED : transactions.open());
    }

    public void clear() {
        lastKey = null;
        lastValue = null;
        values.invalidateAll();
    }

    /** What is kept, as it is counted. Callable from any thread. */
    public long bytes() {
        return values.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }

    /** Sets how much is kept. Callable from any thread. */
    public void limit(long maximumBytes) {
        values.policy().eviction().ifPresent(eviction -> eviction.setMaximum(maximumBytes));
    }

    private void remember(K key, @Nullable V value, int encodedBytes, long transaction) {
        int weight = OVERHEAD_BYTES + encodedBytes;
        CachedValue<V> cached = isSame(key) ? lastValue : values.getIfPresent(key);
        if (cached != null
                && weight <= cached.weight() * (long) WEIGHT_DRIFT
                && cached.weight() <= weight * (long) WEIGHT_DRIFT) {
            cached.replace(value, transaction);
        } else {
            CachedValue<V> inserted = new CachedValue<>(weight, value, transaction);
            lastKey = key;
            lastValue = inserted;
            values.put(key, inserted);
        }
    }

    @SuppressWarnings("ReferenceEquality") // Another object may be equal; then it is looked up.
    private boolean isSame(K key) {
        return key == lastKey;
    }
}
