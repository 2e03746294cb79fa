package io.millrace.state.time;

import io.millrace.serde.Serde;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;

/**
 * Declares a {@link RecordStore} that goes by the time that it is told alone ({@link RecordStore#advanceTo}), and not by what is put: one side of a
 * join, which may be ahead of the other one.
 *
 * @param retentionMillis how long a record is kept in the time that is told; may be changed
 * @param spanMillis how long the times are that are looked at at once; may be changed. Much longer ones are then looked through in steps of the first
 */
public record RecordBufferSpec<K, V>(
        String name, Serde<K> keySerde, Serde<V> valueSerde, long retentionMillis, long spanMillis)
        implements StoreSpec<RecordStore<K, V>> {
    private static final int FORMAT = 1;

    /** A fetch of the span looks into five buckets at most. */
    private static final int BUCKETS = 4;

    public RecordBufferSpec {
        StoreSpec.checkSerdes(name, keySerde, valueSerde);
        if (retentionMillis < 0 || spanMillis < 0) {
            throw new IllegalArgumentException("The retention and the span of store '" + name
                    + "' are 0 ms or more, got " + retentionMillis + " ms and " + spanMillis + " ms");
        }
    }

    @Override
    public StoreManifest manifest() {
        return StoreManifest.of("record-buffer", FORMAT)
                .with("key", keySerde.name())
                .with("value", valueSerde.name());
    }

    @Override
    public RecordStore<K, V> open(StoreLayer layer) {
        long bucketMillis = Math.max(1, Math.max(retentionMillis, spanMillis) / BUCKETS);
        StreamClock clock = new StreamClock(layer, retentionMillis, bucketMillis);
        return new TimedRecordStore<>(layer, clock, false, keySerde, valueSerde);
    }
}
