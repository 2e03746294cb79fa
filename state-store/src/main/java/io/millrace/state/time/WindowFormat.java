package io.millrace.state.time;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.state.KeyRange;

/**
 * The keys of windows.
 *
 * <pre>
 * size   field
 *    1   {@link Tag#BY_TIME}
 *    8   start of the window, sign bit inverted
 *    n   key
 * </pre>
 */
record WindowFormat<K>(Serde<K> keySerde, long sizeMillis) implements Serde<Windowed<K>> {
    @Override
    public void write(Windowed<K> value, BytesWriter out) {
        keySerde.write(value.key(), TimeRule.put(value.start(), out.putByte(Tag.BY_TIME)));
    }

    @Override
    public Windowed<K> read(BytesView in) {
        BytesReader reader = new BytesReader(in);
        reader.readUnsignedByte();
        long start = TimeRule.sortable(reader.readLong());
        return windowed(keySerde.read(reader.readRest(new BytesView())), start);
    }

    @Override
    public String name() {
        return "windowed<" + keySerde.name() + ">";
    }

    Windowed<K> windowed(K key, long start) {
        return new Windowed<>(key, start, TimeRule.plus(start, sizeMillis));
    }

    /** The windows of some keys that begin at {@code start}. */
    static KeyRange at(long start, KeyRange keys) {
        return keys.behind(
                TimeRule.put(start, new BytesWriter().putByte(Tag.BY_TIME)).viewInto(new BytesView()));
    }

    /** The windows of all keys that begin from the first start to the last. */
    static KeyRange starts(long first, long last) {
        return TimedFormat.buckets(first, last);
    }
}
