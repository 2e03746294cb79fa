package io.millrace.state.time;

import io.millrace.serde.Serde;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;
import java.time.Duration;

/**
 * Declares a {@link VersionedStore}.
 *
 * @param historyMillis how far back it knows what was, in stream time; may be changed. A much longer one
 *     is then looked through in steps of the first
 */
public record VersionedSpec<K, V>(String name, Serde<K> keySerde, Serde<V> valueSerde, long historyMillis)
        implements StoreSpec<VersionedStore<K, V>> {
    private static final int FORMAT = 1;

    public VersionedSpec {
        StoreSpec.checkSerdes(name, keySerde, valueSerde);
        TimeRule.millis("The history of store '" + name + "'", Duration.ofMillis(historyMillis));
    }

    public static <K, V> VersionedSpec<K, V> of(String name, Serde<K> keySerde, Serde<V> valueSerde, Duration history) {
        return new VersionedSpec<>(
                name, keySerde, valueSerde, TimeRule.millis("The history of store '" + name + "'", history));
    }

    @Override
    public StoreManifest manifest() {
        return StoreManifest.of("versions", FORMAT).with("key", keySerde.name()).with("value", valueSerde.name());
    }

    @Override
    public VersionedStore<K, V> open(StoreLayer layer) {
        return new LatestAndHistory<>(layer, historyMillis, true, keySerde, valueSerde);
    }
}
