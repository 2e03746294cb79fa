package io.millrace.dsl.foreignkey;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;

/** The first 128 bits of the SHA-256 of a value's bytes. */
public record ValueHash(long high, long low) {
    static final int SIZE = 2 * Long.BYTES;

    void write(BytesWriter out) {
        out.putLong(high).putLong(low);
    }

    static ValueHash read(BytesView in, int index) {
        return new ValueHash(in.getLong(index), in.getLong(index + Long.BYTES));
    }
}
