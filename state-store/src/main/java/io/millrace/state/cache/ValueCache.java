package io.millrace.state.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The cache of one part of a store of one partition; owned by the partition's thread, but for {@link #limit} and what is counted. It works in
 * that thread too, so which values it keeps depends on other threads only by the limit.
 */
public final class ValueCache<K, V> {
    /**
     * What an entry costs besides its bytes: 110 in the nodes of the cache and of its hash table and in the cached value, the rest in the
     * headers of decoded objects, of which this is an estimate.
     */
    private static final int OVERHEAD_BYTES = 168;

    /** A value's weight is counted anew when it is this many times what was counted. */
    private static final int WEIGHT_DRIFT = 2;

    /** Telling the cache of a look-up costs several times the look-up: it is told of one in four, drawn so that no pattern of looking up hides a key. */
    private static final int TOLD_SHIFT = Long.SIZE - 2;

    private static final long TOLD_OF = 4;

    private static final long MULTIPLIER = 6364136223846793005L;
    private static final VarHandle HITS = counter("hits");
    private static final VarHandle MISSES = counter("misses");

    private final AbortedTransactions transactions;
    private final Cache<K, CachedValue<V>> values;
    private final Policy<K, CachedValue<V>> policy;
    private long draw = 1;

    // Written by the owner, read by any thread.
    private long hits;
    private long misses;
    private volatile long limitBytes;

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
        this.policy = values.policy();
        this.limitBytes = maximumBytes;
    }

    /** What is known of the key, or null if nothing is. */
    public @Nullable CachedValue<V> find(K key) {
        CachedValue<V> cached = lookUp(key);
        lastKey = key;
        lastValue = cached;
        if (cached == null || transactions.isAborted(cached.transaction())) {
            MISSES.setOpaque(this, misses + 1);
            return null;
        }
        return cached;
    }

    /** Look-ups that were answered, about: one in four is counted. Callable from any thread. */
    public long hits() {
        return (long) HITS.getOpaque(this) * TOLD_OF;
    }

    /** Look-ups that were not answered. Callable from any thread. */
    public long misses() {
        return (long) MISSES.getOpaque(this);
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
        return policy.eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }

    /** How much is kept at most. Callable from any thread. */
    public long limitBytes() {
        return limitBytes;
    }

    /** Sets how much is kept, and evicts what is more. Callable from any thread. */
    public void limit(long maximumBytes) {
        limitBytes = maximumBytes;
        policy.eviction().ifPresent(eviction -> eviction.setMaximum(maximumBytes));
    }

    private void remember(K key, @Nullable V value, int encodedBytes, long transaction) {
        int weight = OVERHEAD_BYTES + encodedBytes;
        CachedValue<V> cached = isSame(key) ? lastValue : lookUp(key);
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

    private @Nullable CachedValue<V> lookUp(K key) {
        draw = draw * MULTIPLIER + 1;
        if (draw >>> TOLD_SHIFT != 0) {
            return policy.getIfPresentQuietly(key);
        }
        CachedValue<V> cached = values.getIfPresent(key);
        if (cached != null) {
            HITS.setOpaque(this, hits + 1);
        }
        return cached;
    }

    private static VarHandle counter(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(ValueCache.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("ReferenceEquality") // Another object may be equal; then it is looked up.
    private boolean isSame(K key) {
        return key == lastKey;
    }
}
