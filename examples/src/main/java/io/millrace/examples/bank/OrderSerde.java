package io.millrace.examples.bank;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/**
 * An {@link Order} as bytes, big-endian.
 *
 * <pre>
 * offset size type field
 *      0    8 i64  order_id
 *      8    1 i8   type: 0 OPEN, 1 DEPOSIT, 2 WITHDRAW, 3 TRANSFER
 *      9    8 i64  amount
 *     17    8 i64  to_account, 0 where there is none
 * </pre>
 */
public final class OrderSerde implements Serde<Order> {
    /** The size of every order in bytes. */
    public static final int SIZE = 25;

    @Override
    public void write(Order order, BytesWriter out) {
        out.putLong(order.orderId());
        out.putByte(order.type().ordinal());
        out.putLong(order.amount());
        out.putLong(order.toAccount());
    }

    @Override
    public Order read(BytesView in) {
        Sizes.check("order", in, SIZE);
        int type = in.getByte(8);
        if (type < 0 || type >= OrderType.count()) {
            throw new SerdeException("An order's type is 0 to " + (OrderType.count() - 1) + ", got " + type);
        }
        return new Order(in.getLong(0), OrderType.of(type), in.getLong(9), in.getLong(17));
    }

    @Override
    public String name() {
        return "bank-order-1";
    }
}
