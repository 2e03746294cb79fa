package io.millrace.state.time;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.state.KeyRange;

/** The keys of entries that are one a key: {@link Tag#BY_KEY} (1 byte), then the key. */
record KeyFormat<K>(Serde<K> keySerde) implements Serde<K> {
    /** Where such entries lie. */
    static final KeyRange ALL = of(KeyRange.all());

    /** Where those of some keys lie. */
    static KeyRange of(KeyRange keys) {
        return keys.behind(new BytesView().wrap(new byte[] {Tag.BY_KEY}, 0, 1));
    }

    @Override
    public void write(K value, BytesWriter out) {
        keySerde.write(value, out.putByte(Tag.BY_KEY));
    }

    @Override
    public K read(BytesView in) {
        return keySerde.read(in.slice(1, in.length() - 1));
    }

    @Override
    public String name() {
        return "by-key<" + keySerde.name() + ">";
    }
}
