package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.state.cache.CachedValue;
import io.millrace.state.cache.ValueCache;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A part of one store of one partition, all of it for a key-value store: turns keys and values into bytes and asks the layers in order,
 * newest first; owned by the partition's thread. The cache is asked first of all: it answers what the layers would (C1), without turning
 * anything into bytes.
 */
public final class StagedStore<K, V> implements KeyValueStore<K, V> {
    private final StoreLayer owner;
    private final Serde<K> keySerde;
    private final Serde<V> valueSerde;
    private final ValueCache<K, V> cache;
    private final boolean isCaching;
    private final BytesWriter keyWriter = new BytesWriter();
    private final BytesWriter valueWriter = new BytesWriter();
    private final BytesView key = new BytesView();
    private final BytesView value = new BytesView();

    StagedStore(StoreLayer owner, Serde<K> keySerde, Serde<V> valueSerde, ValueCache<K, V> cache, boolean isCaching) {
        this.owner = owner;
        this.keySerde = keySerde;
        this.valueSerde = valueSerde;
        this.cache = cache;
        this.isCaching = isCaching;
    }

    @Override
    public String name() {
        return owner.name();
    }

    @Override
    public @Nullable V get(K userKey) {
        owner.layers().checkUsable();
        if (userKey == null) {
            throw StoreSpec.nullKey(name());
        }
        CachedValue<V> cached = isCaching ? cache.find(userKey) : null;
        return cached != null ? cached.value() : read(userKey);
    }

    @Override
    public void put(K userKey, V newValue) {
        StoreSpec.checkPresent(name(), userKey, newValue, "delete(key)");
        writeKey(userKey);
        valueSerde.write(newValue, valueWriter.clear());
        owner.stage(key, valueWriter.viewInto(value));
        if (isCacheable(userKey)) {
            cache.changed(userKey, newValue, key.length() + value.length());
        }
    }

    @Override
    public void delete(K userKey) {
        if (userKey == null) {
            throw StoreSpec.nullKey(name());
        }
        writeKey(userKey);
        owner.stage(key, null);
        if (isCacheable(userKey)) {
            cache.changed(userKey, null, key.length());
        }
    }

    @Override
    public Entries<K, V> all() {
        return range(KeyRange.all());
    }

    /** The entries whose keys' bytes are in the range: all of them keys of this part. */
    public Entries<K, V> range(KeyRange range) {
        return Entries.of((direction, action) -> scan(range, direction, action));
    }

    /** Of the whole store, not of this part alone. */
    @Override
    public long approximateCount() {
        return owner.approximateCount();
    }

    ValueCache<K, V> cache() {
        return cache;
    }

    private boolean scan(KeyRange range, ScanDirection direction, BiPredicate<? super K, ? super V> action) {
        boolean[] isWhole = {true};
        owner.scan(range, direction, (keyBytes, valueBytes) -> {
            isWhole[0] = action.test(keySerde.read(keyBytes), valueSerde.read(valueBytes));
            return isWhole[0];
        });
        return isWhole[0];
    }

    private @Nullable V read(K userKey) {
        writeKey(userKey);
        StateLayers.Found found = owner.read(key, valueWriter.clear(), value);
        V result = found.isValue() ? valueSerde.read(value) : null;
        if (isCacheable(userKey)) {
            int bytes = key.length() + (found.isValue() ? value.length() : 0);
            cache.read(userKey, result, bytes, found.isCommitted());
        }
        return result;
    }

    private void writeKey(K userKey) {
        keySerde.write(userKey, keyWriter.clear());
        keyWriter.viewInto(key);
    }

    /** An array is equal to itself alone, whatever its bytes: cached under it, a value would be missed when the key changes. */
    private boolean isCacheable(Object userKey) {
        return isCaching && !userKey.getClass().isArray();
    }
}
