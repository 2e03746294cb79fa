package io.millrace.examples.bank;

/** What became of one leg of an order. The ordinal is its number in the byte format: append only. */
public enum Status {
    APPLIED,
    /** A withdrawal or transfer above the balance. */
    INSUFFICIENT_FUNDS,
    /** The account is not open. */
    UNKNOWN_ACCOUNT,
    ALREADY_OPEN,
    /** The order id is among the last {@value RecentOrders#WINDOW} of the account. */
    DUPLICATE_ORDER,
    /** An amount below the least one of its type, or one for which the account has no room. */
    INVALID_AMOUNT,
    /** Second leg of a transfer, on the destination: the money arrived. */
    CREDITED,
    /** Second leg of a transfer, on the source: the money came back. */
    REFUNDED;

    private static final Status[] ALL = values();

    /** True for the answer to an order, false for the second leg of a transfer. */
    public boolean isFirstLeg() {
        return this != CREDITED && this != REFUNDED;
    }

    public boolean isRejection() {
        return isFirstLeg() && this != APPLIED;
    }

    public static int count() {
        return ALL.length;
    }

    /** The status of a number that {@link #ordinal} gave. */
    public static Status of(int number) {
        return ALL[number];
    }
}
