package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** A key-value store over its partitions. */
class CommittedKeyValueStore<K, V, S extends KeyValueStore<K, V>> implements KeyValueStore<K, V> {
    private final StateReader<S> reader;

    CommittedKeyValueStore(StateReader<S> reader) {
        this.reader = reader;
    }

    StateReader<S> reader() {
        return reader;
    }

    @Override
    public String name() {
        return reader.name();
    }

    @Override
    public @Nullable V get(K key) {
        return reader.first(store -> store.get(key));
    }

    @Override
    public Entries<K, V> all() {
        return reader.entries(KeyValueStore::all);
    }

    @Override
    public long approximateCount() {
        return reader.sum(KeyValueStore::approximateCount);
    }

    @Override
    public void put(K key, V value) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public void delete(K key) {
        throw CommittedState.readOnly(name());
    }
}
