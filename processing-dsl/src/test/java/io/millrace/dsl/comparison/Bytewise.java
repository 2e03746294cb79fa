package io.millrace.dsl.comparison;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import org.jspecify.annotations.Nullable;

/** Keys and values as arrays; what is missing stays missing. */
final class Bytewise {
    private Bytewise() {}

    static <T> byte @Nullable [] write(Serde<T> serde, @Nullable T value) {
        if (value == null) {
            return null;
        }
        BytesWriter writer = new BytesWriter();
        serde.write(value, writer);
        return writer.toByteArray();
    }

    static <T> @Nullable T read(Serde<T> serde, byte @Nullable [] bytes) {
        return bytes == null ? null : serde.read(BytesView.of(bytes));
    }
}
