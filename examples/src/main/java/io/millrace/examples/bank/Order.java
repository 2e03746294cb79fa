package io.millrace.examples.bank;

/**
 * An order on the account that is its key.
 *
 * @param orderId chosen by the client; the same again within the account's last {@value RecentOrders#WINDOW} orders is a duplicate
 * @param amount in cents; any number, for it is a rule of the bank and not of the format that refuses some
 * @param toAccount the destination of a TRANSFER, 0 for the others
 */
public record Order(long orderId, OrderType type, long amount, long toAccount) implements Entry {}
