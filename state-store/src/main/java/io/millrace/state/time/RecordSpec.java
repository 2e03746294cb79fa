package io.millrace.state.time;

import io.millrace.serde.Serde;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;
import java.time.Duration;

/**
 * Declares a {@link RecordStore}.
 *
 * @param retentionMillis how long a record is kept in stream time; may be changed. A much longer one
 *     is then looked through in steps of the first
 */
public record RecordSpec<K, V>(String name, Serde<K> keySerde, Serde<V> valueSerde, long retentionMillis)
        implements StoreSpec<RecordStore<K, V>> {
    private static final int FORMAT = 1;

    /** A fetch within the retention looks into five buckets at most, and records stay for a quarter longer than they are seen. */
    private static final int BUCKETS = 4;

    public RecordSpec {
        StoreSpec.checkSerdes(name, keySerde, valueSerde);
        TimeRule.millis("The retention of store '" + name + "'", Duration.ofMillis(retentionMillis));
    }

    public static <K, V> RecordSpec<K, V> of(String name, Serde<K> keySerde, Serde<V> valueSerde, Duration retention) {
        return new RecordSpec<>(
                name, keySerde, valueSerde, TimeRule.millis("The retention of store '" + name + "'", retention));
    }

    @Override
    public StoreManifest manifest() {
        return StoreManifest.of("records", FORMAT).with("key", keySerde.name()).with("value", valueSerde.name());
    }

    @Override
    public RecordStore<K, V> open(StoreLayer layer) {
        StreamClock clock = new StreamClock(layer, retentionMillis, Math.max(1, retentionMillis / BUCKETS));
        return new TimedRecordStore<>(layer, clock, true, keySerde, valueSerde);
    }
}
