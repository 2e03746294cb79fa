package io.millrace.dsl.query;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.KeyPrefix;
import io.millrace.state.Entries;
import io.millrace.state.KeyRange;
import io.millrace.state.KeyValueStore;
import io.millrace.state.SortedSpec;
import io.millrace.state.SortedStore;
import io.millrace.state.StoreSpec;

/** A store of values by key over its partitions, in the order of the keys' bytes, whichever partition they are in. */
final class CommittedSortedStore<K, V> extends CommittedKeyValueStore<K, V, KeyValueStore<K, V>>
        implements SortedStore<K, V> {
    private final SortedSpec<K, V> spec;

    /** @param spec what the store's bytes are; it may have been declared without an order of its keys */
    CommittedSortedStore(StateReader<KeyValueStore<K, V>> reader, SortedSpec<K, V> spec) {
        super(reader);
        this.spec = spec;
    }

    @Override
    public Entries<K, V> all() {
        return inOrder(KeyRange.all());
    }

    @Override
    public Entries<K, V> range(K from, K to) {
        return inOrder(KeyRange.between(bytes(from), bytes(to)));
    }

    @Override
    public Entries<K, V> atLeast(K from) {
        return inOrder(KeyRange.between(bytes(from), null));
    }

    @Override
    public Entries<K, V> before(K to) {
        return inOrder(KeyRange.between(null, bytes(to)));
    }

    @Override
    public Entries<K, V> prefix(KeyPrefix<K> prefix) {
        BytesWriter bytes = new BytesWriter();
        prefix.write(bytes);
        return inOrder(KeyRange.startingWith(bytes.viewInto(new BytesView())));
    }

    private Entries<K, V> inOrder(KeyRange range) {
        return reader().merged(KeyOrder.of(spec, range));
    }

    private BytesView bytes(K key) {
        if (key == null) {
            throw StoreSpec.nullBound(name());
        }
        BytesWriter bytes = new BytesWriter();
        spec.keySerde().write(key, bytes);
        return bytes.viewInto(new BytesView());
    }
}
