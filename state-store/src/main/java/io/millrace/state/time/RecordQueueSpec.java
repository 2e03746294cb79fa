package io.millrace.state.time;

import io.millrace.serde.Serde;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;

/** Declares a {@link RecordQueue}. */
public record RecordQueueSpec<K, V>(String name, Serde<K> keySerde, Serde<V> valueSerde)
        implements StoreSpec<RecordQueue<K, V>> {
    private static final int FORMAT = 1;

    public RecordQueueSpec {
        StoreSpec.checkSerdes(name, keySerde, valueSerde);
    }

    @Override
    public StoreManifest manifest() {
        return StoreManifest.of("record-queue", FORMAT)
                .with("key", keySerde.name())
                .with("value", valueSerde.name());
    }

    @Override
    public RecordQueue<K, V> open(StoreLayer layer) {
        return new TimeFirstRecords<>(layer, this);
    }
}
