package io.millrace.examples.bank;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/**
 * An {@link OrderResult} as bytes, big-endian.
 *
 * <pre>
 * offset size type field
 *      0    8 i64  order_id
 *      8    1 i8   status: 0 APPLIED, 1 INSUFFICIENT_FUNDS, 2 UNKNOWN_ACCOUNT, 3 ALREADY_OPEN,
 *                  4 DUPLICATE_ORDER, 5 INVALID_AMOUNT, 6 CREDITED, 7 REFUNDED
 *      9    8 i64  amount
 *     17    8 i64  balance_after
 * </pre>
 */
public final class OrderResultSerde implements Serde<OrderResult> {
    /** The size of every result in bytes. */
    public static final int SIZE = 25;

    @Override
    public void write(OrderResult result, BytesWriter out) {
        out.putLong(result.orderId());
        out.putByte(result.status().ordinal());
        out.putLong(result.amount());
        out.putLong(result.balanceAfter());
    }

    @Override
    public OrderResult read(BytesView in) {
        Sizes.check("result", in, SIZE);
        int status = in.getByte(8);
        if (status < 0 || status >= Status.count()) {
            throw new SerdeException("A result's status is 0 to " + (Status.count() - 1) + ", got " + status);
        }
        return new OrderResult(in.getLong(0), Status.of(status), in.getLong(9), in.getLong(17));
    }

    @Override
    public String name() {
        return "bank-result-1";
    }
}
