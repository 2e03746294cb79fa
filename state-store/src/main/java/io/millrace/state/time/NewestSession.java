package io.millrace.state.time;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;

/**
 * The newest session of a key, and what is known of the others.
 *
 * @param olderEnd no other session of the key ends later; {@link #NONE} if there is no other
 * @param markedBucket the bucket in which the key has a mark, no earlier than that of any end here
 */
record NewestSession<V>(V value, long start, long end, long olderEnd, long markedBucket) {
    static final long NONE = Long.MIN_VALUE;

    boolean is(Session<?> session) {
        return start == session.start() && end == session.end();
    }

    NewestSession<V> withOlder(long olderSessionEnd) {
        return new NewestSession<>(value, start, end, Math.max(olderEnd, olderSessionEnd), markedBucket);
    }

    /**
     * The bytes of these.
     *
     * <pre>
     * size   field
     *    8   start, sign bit inverted
     *    8   end, sign bit inverted
     *    8   greatest end of the others, sign bit inverted; 0 if there are none
     *    8   bucket of the mark, sign bit inverted
     *    n   value
     * </pre>
     */
    record Format<V>(Serde<V> valueSerde) implements Serde<NewestSession<V>> {
        @Override
        public void write(NewestSession<V> session, BytesWriter out) {
            TimeRule.put(session.start, out);
            TimeRule.put(session.end, out);
            TimeRule.put(session.olderEnd, out);
            TimeRule.put(session.markedBucket, out);
            valueSerde.write(session.value, out);
        }

        @Override
        public NewestSession<V> read(BytesView in) {
            BytesReader reader = new BytesReader(in);
            long start = TimeRule.sortable(reader.readLong());
            long end = TimeRule.sortable(reader.readLong());
            long olderEnd = TimeRule.sortable(reader.readLong());
            long markedBucket = TimeRule.sortable(reader.readLong());
            V value = valueSerde.read(reader.readRest(new BytesView()));
            return new NewestSession<>(value, start, end, olderEnd, markedBucket);
        }

        @Override
        public String name() {
            return "newest-session<" + valueSerde.name() + ">";
        }
    }
}
