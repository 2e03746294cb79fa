package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.KeyPrefix;
import io.millrace.serde.OrderedSerde;
import org.jspecify.annotations.Nullable;

/** Adds ranges to a store whose keys sort; owned by the partition's thread. */
final class StagedSortedStore<K, V> implements SortedStore<K, V> {
    private final StagedStore<K, V> store;
    private final OrderedSerde<K> keySerde;

    StagedSortedStore(StagedStore<K, V> store, OrderedSerde<K> keySerde) {
        this.store = store;
        this.keySerde = keySerde;
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public @Nullable V get(K key) {
        return store.get(key);
    }

    @Override
    public void put(K key, V value) {
        store.put(key, value);
    }

    @Override
    public void delete(K key) {
        store.delete(key);
    }

    @Override
    public Entries<K, V> all() {
        return store.all();
    }

    @Override
    public long approximateCount() {
        return store.approximateCount();
    }

    @Override
    public Entries<K, V> range(K from, K to) {
        return store.range(KeyRange.between(bytes(from), bytes(to)));
    }

    @Override
    public Entries<K, V> atLeast(K from) {
        return store.range(KeyRange.between(bytes(from), null));
    }

    @Override
    public Entries<K, V> before(K to) {
        return store.range(KeyRange.between(null, bytes(to)));
    }

    @Override
    public Entries<K, V> prefix(KeyPrefix<K> prefix) {
        BytesWriter bytes = new BytesWriter();
        prefix.write(bytes);
        return store.range(KeyRange.startingWith(bytes.viewInto(new BytesView())));
    }

    private BytesView bytes(K key) {
        if (key == null) {
            throw StoreSpec.nullBound(name());
        }
        BytesWriter bytes = new BytesWriter();
        keySerde.write(key, bytes);
        return bytes.viewInto(new BytesView());
    }
}
