package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.state.cache.AbortedTransactions;
import io.millrace.state.cache.ValueCache;
import io.millrace.state.overlay.Overlay;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a kind of store is built of: the bytes of one store of one partition, ordered and transactional. A kind encodes its content into
 * one or more parts, whose keys its serdes keep apart, by a first byte for example. Owned by the partition's thread.
 */
public final class StoreLayer {
    private final StateLayers layers;
    private final AbortedTransactions transactions;
    private final String name;
    private final int index;
    private final boolean isCaching;
    /** All of them are there before another thread may ask for them. */
    private final List<StagedStore<?, ?>> cachingParts = new ArrayList<>();

    private final List<Runnable> rollbacks = new ArrayList<>();
    private boolean isChanged;

    /** Restored and not yet marked with a position; null when nothing is. */
    private @Nullable Overlay restoring;

    /** @param isCaching false if the configuration gives the cache no memory: it then costs no time either */
    StoreLayer(StateLayers layers, AbortedTransactions transactions, String name, int index, boolean isCaching) {
        this.layers = layers;
        this.transactions = transactions;
        this.name = name;
        this.index = index;
        this.isCaching = isCaching;
    }

    public String name() {
        return name;
    }

    public int partition() {
        return layers.partition();
    }

    /** A part whose decoded values are cached under their keys. */
    public <K, V> StagedStore<K, V> cached(Serde<K> keySerde, Serde<V> valueSerde) {
        return part(keySerde, valueSerde, isCaching);
    }

    /** A part whose values are seldom read twice. */
    public <K, V> StagedStore<K, V> uncached(Serde<K> keySerde, Serde<V> valueSerde) {
        return part(keySerde, valueSerde, false);
    }

    /** Has {@code forget} called when what was read from the parts may not be so any more: after an abort, or when content was restored. */
    public void onRollback(Runnable forget) {
        rollbacks.add(forget);
    }

    StateLayers layers() {
        return layers;
    }

    void stage(BytesView key, @Nullable BytesView value) {
        layers.stage(index, key, value);
        isChanged = true;
    }

    StateLayers.Found read(BytesView key, BytesWriter scratch, BytesView into) {
        return layers.read(index, key, scratch, into);
    }

    void scan(KeyRange range, ScanDirection direction, StateBackend.EntryVisitor visitor) {
        layers.scan(index, range, direction, visitor);
    }

    long approximateCount() {
        return layers.approximateCount(index);
    }

    /** Whether the open transaction changed anything. */
    boolean isChanged() {
        return isChanged;
    }

    void committed() {
        isChanged = false;
    }

    void rolledBack() {
        isChanged = false;
        rollbacks.forEach(Runnable::run);
    }

    void clearCaches() {
        cachingParts.forEach(part -> part.cache().clear());
    }

    /** Those that are used. Callable from any thread. */
    List<ValueCache<?, ?>> caches() {
        List<ValueCache<?, ?>> caches = new ArrayList<>();
        cachingParts.forEach(part -> caches.add(part.cache()));
        return caches;
    }

    /** What the caches keep and were asked for. Callable from any thread. */
    CacheStatistics cacheStatistics() {
        CacheStatistics sum = new CacheStatistics(name, partition(), 0, 0, 0, 0);
        for (ValueCache<?, ?> cache : caches()) {
            sum = new CacheStatistics(
                    name,
                    partition(),
                    sum.bytes() + cache.bytes(),
                    sum.limitBytes() + cache.limitBytes(),
                    sum.hits() + cache.hits(),
                    sum.misses() + cache.misses());
        }
        return sum;
    }

    /** Takes a record of the changelog; not seen before it is promoted. */
    void restore(BytesView key, @Nullable BytesView value) {
        Overlay target = restoring;
        if (target == null) {
            target = new Overlay();
            restoring = target;
            clearCaches();
        }
        target.put(index, key, Overlay.hash(index, key), value);
    }

    /** What was restored, or null if nothing was. */
    @Nullable Overlay restoring() {
        return restoring;
    }

    void restoringInto(@Nullable Overlay next) {
        restoring = next;
        rollbacks.forEach(Runnable::run);
    }

    private <K, V> StagedStore<K, V> part(Serde<K> keySerde, Serde<V> valueSerde, boolean caches) {
        StagedStore<K, V> part =
                new StagedStore<>(this, keySerde, valueSerde, new ValueCache<>(transactions, 0), caches);
        if (caches) {
            cachingParts.add(part);
        }
        return part;
    }
}
