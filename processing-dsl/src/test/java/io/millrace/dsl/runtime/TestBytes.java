package io.millrace.dsl.runtime;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;

/** What a serde writes. */
final class TestBytes {
    private TestBytes() {}

    static <T> BytesView of(Serde<T> serde, T value) {
        BytesWriter writer = new BytesWriter();
        serde.write(value, writer);
        return writer.viewInto(new BytesView());
    }
}
