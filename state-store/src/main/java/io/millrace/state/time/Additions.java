package io.millrace.state.time;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.state.StagedStore;
import io.millrace.state.StoreLayer;
import org.jspecify.annotations.Nullable;

/**
 * What was added to one store of one partition so far. Kept in the store, so that no sequence is given twice, whatever a restart forgets; what is
 * remembered here is forgotten when a transaction is aborted. Owned by the partition's thread.
 *
 * <pre>
 * size   field
 *    1   {@link Tag#ADDED}: the whole key
 *
 *    8   greatest time, sign bit inverted
 *    8   the next sequence, big-endian
 * </pre>
 */
final class Additions {
    private static final Reading NONE = new Reading(Long.MIN_VALUE, 0);

    private final StagedStore<Boolean, Reading> stored;
    private @Nullable Reading reading;

    private record Reading(long greatestTime, long nextSequence) {}

    Additions(StoreLayer layer) {
        this.stored = layer.uncached(new KeySerde(), new ReadingSerde());
        layer.onRollback(() -> reading = null);
    }

    /** {@link Long#MIN_VALUE} if nothing was added. */
    long greatestTime() {
        return reading().greatestTime;
    }

    /** Takes note of a record. */
    void note(long time) {
        Reading now = reading();
        if (time > now.greatestTime) {
            store(new Reading(time, now.nextSequence));
        }
    }

    /** Takes note of a record and gives it its sequence. */
    long add(long time) {
        Reading now = reading();
        store(new Reading(Math.max(time, now.greatestTime), now.nextSequence + 1));
        return now.nextSequence;
    }

    private Reading reading() {
        Reading present = reading;
        if (present == null) {
            Reading found = stored.get(true);
            present = found == null ? NONE : found;
            reading = present;
        }
        return present;
    }

    private void store(Reading next) {
        stored.put(true, next);
        reading = next;
    }

    /** There is one key. */
    private static final class KeySerde implements Serde<Boolean> {
        @Override
        public void write(Boolean value, BytesWriter out) {
            out.putByte(Tag.ADDED);
        }

        @Override
        public Boolean read(BytesView in) {
            return true;
        }

        @Override
        public String name() {
            return "additions-key";
        }
    }

    private static final class ReadingSerde implements Serde<Reading> {
        @Override
        public void write(Reading value, BytesWriter out) {
            TimeRule.put(value.greatestTime, out).putLong(value.nextSequence);
        }

        @Override
        public Reading read(BytesView in) {
            BytesReader reader = new BytesReader(in);
            return new Reading(TimeRule.sortable(reader.readLong()), reader.readLong());
        }

        @Override
        public String name() {
            return "additions";
        }
    }
}
