package io.millrace.dsl;

import io.millrace.serde.OrderedSerde;
import io.millrace.serde.Serde;
import io.millrace.state.KeyValueStore;
import io.millrace.state.SortedSpec;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;
import java.util.Optional;

/**
 * Declares the rows of a {@link GlobalTable}. The bytes of an entry are those of the record, and a partition's position is an offset of the topic's
 * partition of the same number: to the topic it is what another store is to its changelog.
 *
 * @param topic that it follows; another one makes it another store
 */
public record GlobalTableSpec<K, V>(String name, String topic, Serde<K> keySerde, Serde<V> valueSerde)
        implements StoreSpec<KeyValueStore<K, V>> {
    private static final String TOPIC = "topic";

    public GlobalTableSpec {
        StoreSpec.checkSerdes(name, keySerde, valueSerde);
    }

    /** The topic that a store of this manifest follows; empty if it is not one of a global table. */
    public static Optional<String> topicOf(StoreManifest manifest) {
        return Optional.ofNullable(manifest.properties().get(TOPIC));
    }

    /** How its rows are read: with ranges of keys where their order is that of the bytes. */
    public StoreSpec<? extends KeyValueStore<K, V>> rows() {
        return keySerde instanceof OrderedSerde<K> ordered
                ? new SortedSpec<>(name, ordered, valueSerde)
                : StoreSpec.keyValue(name, keySerde, valueSerde);
    }

    /** That of its rows, and the topic. */
    @Override
    public StoreManifest manifest() {
        return rows().manifest().with(TOPIC, topic);
    }

    @Override
    public KeyValueStore<K, V> open(StoreLayer layer) {
        return rows().open(layer);
    }
}
