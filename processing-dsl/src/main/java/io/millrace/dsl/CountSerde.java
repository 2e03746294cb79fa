package io.millrace.dsl;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/** Counts, as 8 bytes big-endian. */
record CountSerde() implements Serde<Long> {
    @Override
    public void write(Long value, BytesWriter out) {
        out.putLong(value);
    }

    @Override
    public Long read(BytesView in) {
        if (in.length() != Long.BYTES) {
            throw new SerdeException("A count has 8 bytes, got " + in.length());
        }
        return in.getLong(0);
    }

    @Override
    public String name() {
        return "int64";
    }
}
