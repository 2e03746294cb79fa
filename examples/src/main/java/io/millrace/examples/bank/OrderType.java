package io.millrace.examples.bank;

/** What an order asks for. The ordinal is its number in the byte format: append only. */
public enum OrderType {
    OPEN(0),
    DEPOSIT(1),
    WITHDRAW(1),
    TRANSFER(1);

    private static final OrderType[] ALL = values();

    private final long leastAmount;

    OrderType(long leastAmount) {
        this.leastAmount = leastAmount;
    }

    /** The smallest amount that is valid for this type, in cents. */
    public long leastAmount() {
        return leastAmount;
    }

    static int count() {
        return ALL.length;
    }

    /** The type of a number that {@link #ordinal} gave. */
    static OrderType of(int number) {
        return ALL[number];
    }
}
