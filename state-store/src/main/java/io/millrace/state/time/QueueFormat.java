package io.millrace.state.time;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;

/**
 * The keys of records that wait.
 *
 * <pre>
 * size   field
 *    1   {@link Tag#BY_TIME}
 *    8   time, sign bit inverted
 *    8   sequence, sign bit inverted
 *    n   key
 * </pre>
 */
record QueueFormat<K>(Serde<K> keySerde) implements Serde<TimedKey<K>> {
    @Override
    public void write(TimedKey<K> value, BytesWriter out) {
        BytesWriter times = TimeRule.put(value.time(), out.putByte(Tag.BY_TIME));
        keySerde.write(value.key(), TimeRule.put(value.sequence(), times));
    }

    @Override
    public TimedKey<K> read(BytesView in) {
        BytesReader reader = new BytesReader(in);
        reader.readUnsignedByte();
        long time = TimeRule.sortable(reader.readLong());
        long sequence = TimeRule.sortable(reader.readLong());
        return new TimedKey<>(keySerde.read(reader.readRest(new BytesView())), time, sequence);
    }

    @Override
    public String name() {
        return "queued<" + keySerde.name() + ">";
    }
}
