package io.millrace.state;

import io.millrace.serde.Serde;

/** Declares a {@link KeyValueStore}. The bytes of an entry are those that the serdes make of its key and its value. */
public record KeyValueSpec<K, V>(String name, Serde<K> keySerde, Serde<V> valueSerde)
        implements StoreSpec<KeyValueStore<K, V>> {
    private static final int FORMAT = 1;

    public KeyValueSpec {
        StoreSpec.checkSerdes(name, keySerde, valueSerde);
    }

    /** The same as a {@link SortedSpec}'s: a store may be declared sorted later. */
    @Override
    public StoreManifest manifest() {
        return manifest(keySerde, valueSerde);
    }

    @Override
    public KeyValueStore<K, V> open(StoreLayer layer) {
        return layer.cached(keySerde, valueSerde);
    }

    static StoreManifest manifest(Serde<?> keySerde, Serde<?> valueSerde) {
        return StoreManifest.of("key-value", FORMAT)
                .with("key", keySerde.name())
                .with("value", valueSerde.name());
    }
}
