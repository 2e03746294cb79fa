package io.millrace.examples.bank;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/** {@link OrderIds} as bytes: one big-endian i64 after the other, oldest first. */
final class OrderIdsSerde implements Serde<OrderIds> {
    @Override
    public void write(OrderIds ids, BytesWriter out) {
        writeIds(ids, out);
    }

    @Override
    public OrderIds read(BytesView in) {
        return readIds(in, 0);
    }

    static void writeIds(OrderIds ids, BytesWriter out) {
        for (int i = 0; i < ids.size(); i++) {
            out.putLong(ids.get(i));
        }
    }

    static OrderIds readIds(BytesView in, int startIndex) {
        int size = in.length() - startIndex;
        if (size % Long.BYTES != 0 || size > OrderIds.CHUNK * Long.BYTES) {
            throw new SerdeException(
                    "Order ids have 8 bytes each and are at most " + OrderIds.CHUNK + ", got " + size + " bytes");
        }
        long[] ids = new long[size / Long.BYTES];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = in.getLong(startIndex + i * Long.BYTES);
        }
        return OrderIds.of(ids);
    }

    @Override
    public String name() {
        return "bank-order-ids-1";
    }
}
