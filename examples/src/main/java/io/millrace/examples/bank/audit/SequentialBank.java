package io.millrace.examples.bank.audit;

import io.millrace.examples.bank.Order;
import io.millrace.examples.bank.Status;
import java.util.Arrays;

/**
 * The bank as a plain program: one order after the other, no partitions, no transactions, no code shared with the pipeline. It knows no
 * transfers, whose outcome depends on when the money arrives. Owned by one thread.
 */
public final class SequentialBank {
    private static final int REMEMBERED_ORDERS = 1_000;

    private final LongIndex accounts = new LongIndex();
    private long[] balance = new long[1 << 10];
    private boolean[] isOpen = new boolean[1 << 10];
    private int[] orderCount = new int[1 << 10];
    /** By account: its last order ids, as a ring once there are more than are remembered. */
    private long[][] orderIds = new long[1 << 10][];

    private long balanceAfter;

    /** Applies an order that is no transfer. */
    public Status apply(long accountId, Order order) {
        int account = accounts.add(accountId);
        ensureRoom(account);
        Status status = decide(account, order);
        remember(account, order.orderId());
        balanceAfter = balance[account];
        return status;
    }

    /** The balance of the account of the last order. */
    public long balanceAfter() {
        return balanceAfter;
    }

    /** How many accounts were named in orders; they are numbered from 0. */
    int accountCount() {
        return accounts.size();
    }

    int find(long accountId) {
        return accounts.find(accountId);
    }

    boolean isOpen(int account) {
        return isOpen[account];
    }

    long balance(int account) {
        return balance[account];
    }

    private Status decide(int account, Order order) {
        if (isRemembered(account, order.orderId())) {
            return Status.DUPLICATE_ORDER;
        }
        return switch (order.type()) {
            case OPEN -> open(account, order.amount());
            case DEPOSIT -> deposit(account, order.amount());
            case WITHDRAW -> withdraw(account, order.amount());
            case TRANSFER ->
                throw new IllegalArgumentException(
                        "A sequential bank knows no transfers, got order " + order.orderId());
        };
    }

    private Status open(int account, long amount) {
        if (amount < 0) {
            return Status.INVALID_AMOUNT;
        }
        if (isOpen[account]) {
            return Status.ALREADY_OPEN;
        }
        isOpen[account] = true;
        balance[account] = amount;
        return Status.APPLIED;
    }

    private Status deposit(int account, long amount) {
        if (amount <= 0) {
            return Status.INVALID_AMOUNT;
        }
        if (!isOpen[account]) {
            return Status.UNKNOWN_ACCOUNT;
        }
        long after = balance[account] + amount;
        if (after < 0) {
            return Status.INVALID_AMOUNT; // two positive numbers, so it overflowed
        }
        balance[account] = after;
        return Status.APPLIED;
    }

    private Status withdraw(int account, long amount) {
        if (amount <= 0) {
            return Status.INVALID_AMOUNT;
        }
        if (!isOpen[account]) {
            return Status.UNKNOWN_ACCOUNT;
        }
        if (amount > balance[account]) {
            return Status.INSUFFICIENT_FUNDS;
        }
        balance[account] -= amount;
        return Status.APPLIED;
    }

    private boolean isRemembered(int account, long orderId) {
        int count = Math.min(orderCount[account], REMEMBERED_ORDERS);
        for (int i = 0; i < count; i++) {
            if (orderIds[account][i] == orderId) {
                return true;
            }
        }
        return false;
    }

    private void remember(int account, long orderId) {
        int at = orderCount[account]++ % REMEMBERED_ORDERS;
        long[] ids = orderIds[account];
        if (ids == null) {
            ids = new long[4];
        } else if (at == ids.length) {
            ids = Arrays.copyOf(ids, Math.min(REMEMBERED_ORDERS, ids.length * 2));
        }
        ids[at] = orderId;
        orderIds[account] = ids;
    }

    private void ensureRoom(int account) {
        if (account == balance.length) {
            int capacity = balance.length * 2;
            balance = Arrays.copyOf(balance, capacity);
            isOpen = Arrays.copyOf(isOpen, capacity);
            orderCount = Arrays.copyOf(orderCount, capacity);
            orderIds = Arrays.copyOf(orderIds, capacity);
        }
    }
}
