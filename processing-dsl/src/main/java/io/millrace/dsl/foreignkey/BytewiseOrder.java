package io.millrace.dsl.foreignkey;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.OrderedSerde;
import io.millrace.serde.Serde;

/** Any serde, in whatever order its bytes have: enough for finding all pairs that begin with one value, and for nothing else. */
public record BytewiseOrder(Serde<Object> serde) implements OrderedSerde<Object> {
    @Override
    public void write(Object value, BytesWriter out) {
        serde.write(value, out);
    }

    @Override
    public Object read(BytesView in) {
        return serde.read(in);
    }

    @Override
    public String name() {
        return "bytewise<" + serde.name() + ">";
    }
}
