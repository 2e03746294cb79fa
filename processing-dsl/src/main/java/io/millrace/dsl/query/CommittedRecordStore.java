package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.time.RecordStore;
import io.millrace.state.time.TimedKey;
import org.jspecify.annotations.Nullable;

/** A store of records over its partitions. */
final class CommittedRecordStore<K, V> implements RecordStore<K, V> {
    private final StateReader<RecordStore<K, V>> reader;

    CommittedRecordStore(StateReader<RecordStore<K, V>> reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return reader.name();
    }

    @Override
    public Entries<TimedKey<K>, V> fetch(K key, long first, long last) {
        return reader.ofKey(store -> store.fetch(key, first, last));
    }

    @Override
    public Entries<TimedKey<K>, V> fetchAll(long first, long last) {
        return reader.entries(store -> store.fetchAll(first, last));
    }

    @Override
    public Entries<TimedKey<K>, V> fetchAfter(TimedKey<K> record, long last) {
        return reader.ofKey(store -> store.fetchAfter(record, last));
    }

    @Override
    public @Nullable V get(TimedKey<K> record) {
        return reader.first(store -> store.get(record));
    }

    @Override
    public @Nullable TimedKey<K> add(K key, long time, V value) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public boolean put(K key, long time, long sequence, V value) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public void remove(K key, long time, long sequence) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public long greatestTime() {
        return reader.max(RecordStore::greatestTime);
    }

    @Override
    public long streamTime() {
        return reader.max(RecordStore::streamTime);
    }

    @Override
    public void advanceTo(long time) {
        throw CommittedState.readOnly(name());
    }
}
