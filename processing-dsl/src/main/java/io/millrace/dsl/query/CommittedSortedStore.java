package io.millrace.dsl.query;

import io.millrace.serde.KeyPrefix;
import io.millrace.state.Entries;
import io.millrace.state.SortedStore;

/** A sorted store over its partitions; sorted within each. */
final class CommittedSortedStore<K, V> extends CommittedKeyValueStore<K, V, SortedStore<K, V>>
        implements SortedStore<K, V> {
    CommittedSortedStore(StateReader<SortedStore<K, V>> reader) {
        super(reader);
    }

    @Override
    public Entries<K, V> range(K from, K to) {
        return reader().entries(store -> store.range(from, to));
    }

    @Override
    public Entries<K, V> atLeast(K from) {
        return reader().entries(store -> store.atLeast(from));
    }

    @Override
    public Entries<K, V> before(K to) {
        return reader().entries(store -> store.before(to));
    }

    @Override
    public Entries<K, V> prefix(KeyPrefix<K> prefix) {
        return reader().entries(store -> store.prefix(prefix));
    }
}
