package io.millrace.state.time;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;

/** The keys of entries that are one a key: {@link Tag#BY_KEY} (1 byte), then the key. */
record KeyFormat<K>(Serde<K> keySerde) implements Serde<K> {
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
