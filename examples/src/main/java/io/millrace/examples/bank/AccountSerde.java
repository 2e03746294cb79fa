package io.millrace.examples.bank;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/**
 * An {@link Account} as bytes, big-endian.
 *
 * <pre>
 * offset size type field
 *      0    1 i8   1 if it is open, else 0
 *      1    8 i64  balance
 *      9    8 i64  in flight
 *     17    8 i64  orders
 *     25    8 i64  highest order id
 *     33   8n i64  the n = orders mod 25 newest order ids, oldest first
 * </pre>
 */
public final class AccountSerde implements Serde<Account> {
    private static final int FIXED_SIZE = 33;

    @Override
    public void write(Account account, BytesWriter out) {
        out.putByte(account.isOpen() ? 1 : 0);
        out.putLong(account.balance());
        out.putLong(account.inFlight());
        out.putLong(account.orders());
        out.putLong(account.highestOrderId());
        OrderIdsSerde.writeIds(account.newest(), out);
    }

    @Override
    public Account read(BytesView in) {
        if (in.length() < FIXED_SIZE) {
            throw new SerdeException("An account has at least " + FIXED_SIZE + " bytes, got " + in.length());
        }
        long orders = in.getLong(17);
        OrderIds newest = OrderIdsSerde.readIds(in, FIXED_SIZE);
        int open = in.getByte(0);
        if (open < 0 || open > 1 || orders < 0 || newest.size() != orders % OrderIds.CHUNK) {
            throw new SerdeException(
                    "Not an account: open is " + open + ", orders " + orders + ", newest ids " + newest.size());
        }
        return new Account(open == 1, in.getLong(1), in.getLong(9), orders, in.getLong(25), newest);
    }

    @Override
    public String name() {
        return "bank-account-1";
    }
}
