package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.KeyRange;
import io.millrace.state.time.Session;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.SessionStore;
import org.jspecify.annotations.Nullable;

/** A store of sessions over its partitions: ranges in the order of the keys' bytes, whichever partition they are in. */
final class CommittedSessionStore<K, V> implements SessionStore<K, V> {
    private final StateReader<SessionStore<K, V>> reader;
    private final SessionSpec<K, V> spec;

    /** @param spec what the store's bytes are; it may have been declared without an order of its keys */
    CommittedSessionStore(StateReader<SessionStore<K, V>> reader, SessionSpec<K, V> spec) {
        this.reader = reader;
        this.spec = spec;
    }

    @Override
    public String name() {
        return reader.name();
    }

    @Override
    public Entries<Session<K>, V> findMergeable(K key, long start, long end) {
        return reader.ofKey(store -> store.findMergeable(key, start, end));
    }

    @Override
    public Entries<Session<K>, V> fetch(K key) {
        return reader.ofKey(store -> store.fetch(key));
    }

    @Override
    public Entries<Session<K>, V> fetch(K key, long first, long last) {
        return reader.ofKey(store -> store.fetch(key, first, last));
    }

    @Override
    public Entries<Session<K>, V> fetch(@Nullable K from, @Nullable K to, long first, long last) {
        return reader.merged(SessionOrder.of(spec, KeyRange.ofKeys(name(), spec.keySerde(), from, to), first, last));
    }

    @Override
    public Entries<Session<K>, V> fetchAll(long first, long last) {
        return reader.whole(store -> store.fetchAll(first, last));
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
