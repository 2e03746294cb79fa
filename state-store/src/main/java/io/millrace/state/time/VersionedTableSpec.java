package io.millrace.state.time;

import io.millrace.serde.Serde;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;
import java.time.Duration;

/**
 * Declares a {@link VersionedStore} whose history is counted back from the time that it is told ({@link VersionedStore#advanceTo}), though never from a
 * later one than the greatest timestamp that was put: a table's. A stream that is joined with the table may be hours behind its changes and still finds
 * what was; and where no change comes, none that comes in the end is too old.
 *
 * @param historyMillis how far back it knows what was; may be changed. A much longer one is then looked through in steps of the first
 */
public record VersionedTableSpec<K, V>(String name, Serde<K> keySerde, Serde<V> valueSerde, long historyMillis)
        implements StoreSpec<VersionedStore<K, V>> {
    private static final int FORMAT = 1;

    public VersionedTableSpec {
        StoreSpec.checkSerdes(name, keySerde, valueSerde);
        TimeRule.millis("The history retention of table '" + name + "'", Duration.ofMillis(historyMillis));
    }

    /** As a table of the language declares it. */
    public static <K, V> VersionedTableSpec<K, V> of(
            String name, Serde<K> keySerde, Serde<V> valueSerde, Duration history) {
        return new VersionedTableSpec<>(
                name, keySerde, valueSerde, TimeRule.millis("The history retention of table '" + name + "'", history));
    }

    @Override
    public StoreManifest manifest() {
        return StoreManifest.of("versioned-table", FORMAT)
                .with("key", keySerde.name())
                .with("value", valueSerde.name());
    }

    @Override
    public VersionedStore<K, V> open(StoreLayer layer) {
        return new LatestAndHistory<>(layer, historyMillis, false, keySerde, valueSerde);
    }
}
