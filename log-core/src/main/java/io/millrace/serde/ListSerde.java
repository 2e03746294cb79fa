package io.millrace.serde;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** See {@link Serdes#list}. */
record ListSerde<T>(Serde<T> element) implements Serde<List<T>> {
    @Override
    public void write(List<T> value, BytesWriter out) {
        out.putVarint(value.size());
        BytesWriter bytes = new BytesWriter();
        for (T each : value) {
            if (each == null) {
                throw new NullPointerException("An element of a " + name()
                        + " is null: a list with elements that may be missing has Optionals, and Serdes.optional");
            }
            element.write(each, bytes.clear());
            out.putVarint(bytes.length()).putBytes(bytes.array(), 0, bytes.length());
        }
    }

    @Override
    public List<T> read(BytesView in) {
        BytesReader reader = new BytesReader(in);
        int count = reader.readVarint();
        if (count > reader.remaining()) {
            throw new SerdeException(
                    "A list of " + count + " elements is declared where " + reader.remaining() + " bytes are left");
        }
        List<T> elements = new ArrayList<>(count);
        BytesView part = new BytesView();
        for (int i = 0; i < count; i++) {
            elements.add(element.read(reader.readBytes(reader.readVarint(), part)));
        }
        if (reader.remaining() > 0) {
            throw new SerdeException(reader.remaining() + " bytes are left over behind a list of " + count);
        }
        return Collections.unmodifiableList(elements);
    }

    @Override
    public String name() {
        return "list<" + element.name() + ">";
    }
}
