package io.millrace.state.time;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.state.StoreLayer;

/**
 * What was added to one store of one partition so far. Kept in the store, so that no sequence is given twice, whatever a restart forgets. Owned by the partition's thread.
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

    private final KeptReading<Reading> kept;

    private record Reading(long greatestTime, long nextSequence) {}

    Additions(StoreLayer layer) {
        this.kept = new KeptReading<>(layer, Tag.ADDED, new ReadingSerde(), NONE);
    }

    /** {@link Long#MIN_VALUE} if nothing was added. */
    long greatestTime() {
        return kept.get().greatestTime;
    }

    /** Takes note of a record. */
    void note(long time) {
        Reading now = kept.get();
        if (time > now.greatestTime) {
            kept.set(new Reading(time, now.nextSequence));
        }
    }

    /** Takes note of a record and gives it its sequence. */
    long add(long time) {
        Reading now = kept.get();
        kept.set(new Reading(Math.max(time, now.greatestTime), now.nextSequence + 1));
        return now.nextSequence;
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
