package io.millrace.state.time;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;

/**
 * The keys of timers; their values are empty.
 *
 * <pre>
 * size   field
 *    1   {@link Tag#BY_TIME}
 *    8   time, sign bit inverted
 *    n   key
 * </pre>
 */
record TimerFormat<K>(Serde<K> keySerde) implements Serde<Timer<K>> {
    @Override
    public void write(Timer<K> value, BytesWriter out) {
        keySerde.write(value.key(), TimeRule.put(value.time(), out.putByte(Tag.BY_TIME)));
    }

    @Override
    public Timer<K> read(BytesView in) {
        BytesReader reader = new BytesReader(in);
        reader.readUnsignedByte();
        long time = TimeRule.sortable(reader.readLong());
        return new Timer<>(keySerde.read(reader.readRest(new BytesView())), time);
    }

    @Override
    public String name() {
        return "timer<" + keySerde.name() + ">";
    }

    /** Not after the keys of this time and all later ones, and after all earlier ones. */
    static BytesView from(long time) {
        return TimeRule.put(time, new BytesWriter(1 + Long.BYTES).putByte(Tag.BY_TIME))
                .viewInto(new BytesView());
    }

    /** What it is that {@link #from} was made of; {@link Long#MIN_VALUE} of nothing. */
    static long timeOf(BytesView from) {
        return from.length() == 0 ? Long.MIN_VALUE : TimeRule.sortable(from.getLong(1));
    }
}
