package io.millrace.examples.bank;

/**
 * The second leg of a transfer, and what follows from it, on the account that is its key.
 *
 * @param orderId of the transfer
 * @param otherAccount the account at the other end
 * @param amount of the transfer, in cents
 */
public record Credit(Kind kind, long orderId, long otherAccount, long amount) implements Entry {
    /** What a credit does. The ordinal is its number in the byte format: append only. */
    public enum Kind {
        /** To the destination: here is the money. */
        CREDIT,
        /** Back to the source: the destination could not take it. */
        REFUND,
        /** Back to the source: the destination took it, so its return need not be provided for any more. */
        SETTLED;

        private static final Kind[] ALL = values();

        static int count() {
            return ALL.length;
        }

        static Kind of(int number) {
            return ALL[number];
        }
    }
}
