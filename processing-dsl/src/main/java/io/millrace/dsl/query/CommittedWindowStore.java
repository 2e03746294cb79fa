package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.time.WindowStore;
import io.millrace.state.time.Windowed;
import org.jspecify.annotations.Nullable;

/** A store of windows over its partitions. */
final class CommittedWindowStore<K, V> implements WindowStore<K, V> {
    private final StateReader<WindowStore<K, V>> reader;

    CommittedWindowStore(StateReader<WindowStore<K, V>> reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return reader.name();
    }

    @Override
    public @Nullable V fetch(K key, long start) {
        return reader.first(store -> store.fetch(key, start));
    }

    @Override
    public Entries<Windowed<K>, V> fetch(K key, long first, long last) {
        return reader.entries(store -> store.fetch(key, first, last));
    }

    @Override
    public Entries<Windowed<K>, V> fetchAll(long first, long last) {
        return reader.entries(store -> store.fetchAll(first, last));
    }

    @Override
    public boolean put(K key, long start, V value) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public void remove(K key, long start) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public long greatestTime() {
        return reader.max(WindowStore::greatestTime);
    }

    @Override
    public long streamTime() {
        return reader.max(WindowStore::streamTime);
    }

    @Override
    public void advanceTo(long time) {
        throw CommittedState.readOnly(name());
    }
}
