package io.millrace.dsl.query;

import io.millrace.serde.KeyPrefix;
import io.millrace.state.Entries;
import io.millrace.state.SortedStore;
import io.millrace.state.Timestamped;

/** The same with ranges of keys. */
final class UntimedSortedStore<K, V> extends UntimedKeyValueStore<K, V> implements SortedStore<K, V> {
    private final SortedStore<K, Timestamped<V>> timed;

    UntimedSortedStore(SortedStore<K, Timestamped<V>> timed) {
        super(timed);
        this.timed = timed;
    }

    @Override
    public Entries<K, V> range(K from, K to) {
        return untimed(timed.range(from, to));
    }

    @Override
    public Entries<K, V> atLeast(K from) {
        return untimed(timed.atLeast(from));
    }

    @Override
    public Entries<K, V> before(K to) {
        return untimed(timed.before(to));
    }

    @Override
    public Entries<K, V> prefix(KeyPrefix<K> prefix) {
        return untimed(timed.prefix(prefix));
    }
}
