package io.millrace.state.time;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.state.StagedStore;
import io.millrace.state.StoreLayer;
import org.jspecify.annotations.Nullable;

/**
 * One value that a store keeps of itself, under a key of its own, and that is asked for with each record: it is remembered, and forgotten when a
 * transaction is aborted. Owned by the partition's thread.
 */
final class KeptReading<R> {
    private final StagedStore<Boolean, R> stored;
    private final R initial;
    private @Nullable R reading;

    /**
     * @param tag the whole key
     * @param initial while nothing was kept
     */
    KeptReading(StoreLayer layer, int tag, Serde<R> serde, R initial) {
        this.stored = layer.uncached(new KeySerde(tag, serde.name() + "-key"), serde);
        this.initial = initial;
        layer.onRollback(() -> reading = null);
    }

    R get() {
        R present = reading;
        if (present == null) {
            R found = stored.get(true);
            present = found == null ? initial : found;
            reading = present;
        }
        return present;
    }

    void set(R next) {
        stored.put(true, next);
        reading = next;
    }

    /** There is one key. */
    private record KeySerde(int tag, String name) implements Serde<Boolean> {
        @Override
        public void write(Boolean value, BytesWriter out) {
            out.putByte(tag);
        }

        @Override
        public Boolean read(BytesView in) {
            return true;
        }
    }
}
