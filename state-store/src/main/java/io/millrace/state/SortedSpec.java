package io.millrace.state;

import io.millrace.serde.OrderedSerde;
import io.millrace.serde.Serde;

/** Declares a {@link SortedStore}. Its bytes are those of a {@link KeyValueSpec} with the same serdes. */
public record SortedSpec<K, V>(String name, OrderedSerde<K> keySerde, Serde<V> valueSerde)
        implements StoreSpec<SortedStore<K, V>> {
    public SortedSpec {
        StoreSpec.checkSerdes(name, keySerde, valueSerde);
    }

    @Override
    public StoreManifest manifest() {
        return KeyValueSpec.manifest(keySerde, valueSerde);
    }

    @Override
    public SortedStore<K, V> open(StoreLayer layer) {
        return new StagedSortedStore<>(layer.cached(keySerde, valueSerde), keySerde);
    }
}
