package io.millrace.examples.bank;

/**
 * What became of one leg of an order, on the account that is its key.
 *
 * @param amount the order's own, applied or not
 * @param balanceAfter of the account; 0 if it is not open
 */
public record OrderResult(long orderId, Status status, long amount, long balanceAfter) {}
