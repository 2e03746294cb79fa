package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.Timestamped;
import io.millrace.state.time.VersionedStore;
import org.jspecify.annotations.Nullable;

/** A versioned store over its partitions. */
final class CommittedVersionedStore<K, V> implements VersionedStore<K, V> {
    private final StateReader<VersionedStore<K, V>> reader;

    CommittedVersionedStore(StateReader<VersionedStore<K, V>> reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return reader.name();
    }

    @Override
    public @Nullable Timestamped<V> get(K key) {
        return reader.first(store -> store.get(key));
    }

    @Override
    public @Nullable Timestamped<V> get(K key, long asOf) {
        return reader.first(store -> store.get(key, asOf));
    }

    @Override
    public Entries<K, Timestamped<V>> all() {
        return reader.entries(VersionedStore::all);
    }

    @Override
    public Place put(K key, V value, long timestamp) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public Place delete(K key, long timestamp) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public long streamTime() {
        return reader.max(VersionedStore::streamTime);
    }

    @Override
    public void advanceTo(long time) {
        throw CommittedState.readOnly(name());
    }
}
