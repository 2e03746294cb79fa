package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.time.Session;
import io.millrace.state.time.SessionStore;

/** A store of sessions over its partitions. */
final class CommittedSessionStore<K, V> implements SessionStore<K, V> {
    private final StateReader<SessionStore<K, V>> reader;

    CommittedSessionStore(StateReader<SessionStore<K, V>> reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return reader.name();
    }

    @Override
    public Entries<Session<K>, V> findMergeable(K key, long start, long end) {
        return reader.entries(store -> store.findMergeable(key, start, end));
    }

    @Override
    public Entries<Session<K>, V> fetch(K key) {
        return reader.entries(store -> store.fetch(key));
    }

    @Override
    public Entries<Session<K>, V> fetchAll(long first, long last) {
        return reader.entries(store -> store.fetchAll(first, last));
    }

    @Override
    public boolean put(Session<K> session, V value) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public boolean replace(Session<K> before, Session<K> after, V value) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public void remove(Session<K> session) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public long greatestTime() {
        return reader.max(SessionStore::greatestTime);
    }

    @Override
    public long streamTime() {
        return reader.max(SessionStore::streamTime);
    }

    @Override
    public void advanceTo(long time) {
        throw CommittedState.readOnly(name());
    }
}
