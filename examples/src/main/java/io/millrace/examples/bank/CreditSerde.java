package io.millrace.examples.bank;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/**
 * A {@link Credit} as bytes, big-endian.
 *
 * <pre>
 * offset size type field
 *      0    1 i8   kind: 0 CREDIT, 1 REFUND, 2 SETTLED
 *      1    8 i64  order_id
 *      9    8 i64  the account at the other end
 *     17    8 i64  amount
 * </pre>
 */
public final class CreditSerde implements Serde<Credit> {
    /** The size of every credit in bytes. */
    public static final int SIZE = 25;

    @Override
    public void write(Credit credit, BytesWriter out) {
        out.putByte(credit.kind().ordinal());
        out.putLong(credit.orderId());
        out.putLong(credit.otherAccount());
        out.putLong(credit.amount());
    }

    @Override
    public Credit read(BytesView in) {
        Sizes.check("credit", in, SIZE);
        int kind = in.getByte(0);
        if (kind < 0 || kind >= Credit.Kind.count()) {
            throw new SerdeException("A credit's kind is 0 to " + (Credit.Kind.count() - 1) + ", got " + kind);
        }
        return new Credit(Credit.Kind.of(kind), in.getLong(1), in.getLong(9), in.getLong(17));
    }

    @Override
    public String name() {
        return "bank-credit-1";
    }
}
