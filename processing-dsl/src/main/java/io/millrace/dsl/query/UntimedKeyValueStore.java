package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.KeyValueStore;
import io.millrace.state.ScanDirection;
import io.millrace.state.Timestamped;
import org.jspecify.annotations.Nullable;

/** Values without the times that are kept with them; for reading. */
class UntimedKeyValueStore<K, V> implements KeyValueStore<K, V> {
    private final KeyValueStore<K, Timestamped<V>> timed;

    UntimedKeyValueStore(KeyValueStore<K, Timestamped<V>> timed) {
        this.timed = timed;
    }

    /** The entries without times, in either direction. */
    static <K, V> Entries<K, V> untimed(Entries<K, Timestamped<V>> timed) {
        return Entries.of((direction, action) -> (direction == ScanDirection.FORWARD ? timed : timed.reversed())
                .forEachWhile((key, value) -> action.test(key, value.value())));
    }

    @Override
    public String name() {
        return timed.name();
    }

    @Override
    public @Nullable V get(K key) {
        Timestamped<V> found = timed.get(key);
        return found == null ? null : found.value();
    }

    @Override
    public Entries<K, V> all() {
        return untimed(timed.all());
    }

    @Override
    public long approximateCount() {
        return timed.approximateCount();
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
