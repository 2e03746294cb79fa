package io.millrace.examples.bank;

import static io.millrace.examples.bank.Status.ALREADY_OPEN;
import static io.millrace.examples.bank.Status.APPLIED;
import static io.millrace.examples.bank.Status.DUPLICATE_ORDER;
import static io.millrace.examples.bank.Status.INSUFFICIENT_FUNDS;
import static io.millrace.examples.bank.Status.INVALID_AMOUNT;
import static io.millrace.examples.bank.Status.UNKNOWN_ACCOUNT;

/**
 * The rules of the bank, as pure functions of an account and what is asked of it.
 *
 * <p>When an order breaks several rules, the first of this list names the reason: a duplicate, an amount below the least one of its type,
 * an account that is not open (or already is), an amount for which there is no room or no money.
 */
final class AccountRule {
    private AccountRule() {}

    /** What becomes of an order. */
    static Status judge(Account account, Order order, boolean isDuplicate) {
        if (isDuplicate) {
            return DUPLICATE_ORDER;
        }
        if (order.amount() < order.type().leastAmount()) {
            return INVALID_AMOUNT;
        }
        if (order.type() == OrderType.OPEN) {
            return account.isOpen() ? ALREADY_OPEN : APPLIED;
        }
        if (!account.isOpen()) {
            return UNKNOWN_ACCOUNT;
        }
        if (order.type() == OrderType.DEPOSIT) {
            return account.hasRoomFor(order.amount()) ? APPLIED : INVALID_AMOUNT;
        }
        return order.amount() <= account.balance() ? APPLIED : INSUFFICIENT_FUNDS;
    }

    /** The account after an order that was judged {@link Status#APPLIED}. */
    static Account apply(Account account, Order order) {
        return switch (order.type()) {
            case OPEN -> account.opened(order.amount());
            case DEPOSIT -> account.plus(order.amount());
            case WITHDRAW -> account.plus(-order.amount());
            case TRANSFER -> account.sent(order.amount());
        };
    }

    /** Whether a credit can be entered. One from the account itself always can: its room was kept since it was sent. */
    static boolean accepts(Account account, boolean isFromItself, long amount) {
        return account.isOpen() && (isFromItself || account.hasRoomFor(amount));
    }
}
