package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.cache.CachedValue;
import io.millrace.state.cache.ValueCache;
import io.millrace.state.overlay.Overlay;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One store of one partition: turns keys and values into bytes and asks the layers in order, newest first; owned by the partition's
 * thread. The cache is asked first of all: it answers what the layers would (C1), without turning anything into bytes.
 */
final class StagedStore<K, V> implements KeyValueStore<K, V> {
    private final PartitionState owner;
    private final StoreSpec<K, V> spec;
    private final int index;
    private final ValueCache<K, V> cache;
    private final boolean isCaching;
    private final BytesWriter keyWriter = new BytesWriter();
    private final BytesWriter valueWriter = new BytesWriter();
    private final BytesView key = new BytesView();
    private final BytesView value = new BytesView();

    /** Restored and not yet marked with a position; null when nothing is. */
    private @Nullable Overlay restoring;

    /** @param isCaching false if the configuration gives the cache no memory: it then costs no time either */
    StagedStore(PartitionState owner, StoreSpec<K, V> spec, int index, ValueCache<K, V> cache, boolean isCaching) {
        this.owner = owner;
        this.spec = spec;
        this.index = index;
        this.cache = cache;
        this.isCaching = isCaching;
    }

    @Override
    public String name() {
        return spec.name();
    }

    StoreSpec<K, V> spec() {
        return spec;
    }

    ValueCache<K, V> cache() {
        return cache;
    }

    @Override
    public @Nullable V get(K userKey) {
        owner.checkUsable();
        CachedValue<V> cached = isCaching ? cache.find(userKey) : null;
        return cached != null ? cached.value() : read(userKey);
    }

    @Override
    public void put(K userKey, V newValue) {
        writeKey(userKey);
        spec.valueSerde().write(newValue, valueWriter.clear());
        owner.stage(index, key, valueWriter.viewInto(value));
        if (isCacheable(userKey)) {
            cache.changed(userKey, newValue, key.length() + value.length());
        }
    }

    @Override
    public void delete(K userKey) {
        writeKey(userKey);
        owner.stage(index, key, null);
        if (isCacheable(userKey)) {
            cache.changed(userKey, null, key.length());
        }
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        owner.scan(index, (keyBytes, valueBytes) -> {
            action.accept(spec.keySerde().read(keyBytes), spec.valueSerde().read(valueBytes));
            return true;
        });
    }

    /** Takes a record of the changelog; not seen before {@link #takeRestored}. */
    void restore(BytesView keyBytes, @Nullable BytesView valueBytes) {
        Overlay target = restoring;
        if (target == null) {
            target = new Overlay();
            restoring = target;
            cache.clear();
        }
        target.put(index, keyBytes, Overlay.hash(index, keyBytes), valueBytes);
    }

    /** What was restored, or null if nothing was. */
    @Nullable Overlay restoring() {
        return restoring;
    }

    void restoringInto(@Nullable Overlay next) {
        restoring = next;
    }

    private @Nullable V read(K userKey) {
        writeKey(userKey);
        PartitionState.Found found = owner.read(index, key, valueWriter.clear(), value);
        V result = found.isValue() ? spec.valueSerde().read(value) : null;
        if (isCacheable(userKey)) {
            int bytes = key.length() + (found.isValue() ? value.length() : 0);
            cache.read(userKey, result, bytes, found.isCommitted());
        }
        return result;
    }

    private void writeKey(K userKey) {
        spec.keySerde().write(userKey, keyWriter.clear());
        keyWriter.viewInto(key);
    }

    /** An array is equal to itself alone, whatever its bytes: cached under it, a value would be missed when the key changes. */
    private boolean isCacheable(Object userKey) {
        return isCaching && !userKey.getClass().isArray();
    }
}
