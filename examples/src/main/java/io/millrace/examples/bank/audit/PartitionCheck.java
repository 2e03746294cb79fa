package io.millrace.examples.bank.audit;

import io.millrace.examples.bank.Order;
import io.millrace.examples.bank.OrderResult;
import io.millrace.examples.bank.OrderResultSerde;
import io.millrace.examples.bank.OrderSerde;
import io.millrace.examples.bank.OrderType;
import io.millrace.examples.bank.Status;
import java.util.Arrays;

/**
 * Checks one partition: its orders against their results, the results' balances against what they follow from, and the published balances
 * against the last result of each account. Owned by one thread, used once.
 */
final class PartitionCheck {
    private final Tally tally;
    private final LegTable legs;
    private final LongIndex accounts = new LongIndex();
    private final OrderTable orders;

    /** By account: its newest order while they are read; then the order whose result is expected next, and the last one that had one. */
    private int[] newest = new int[0];

    private int[] expected = new int[0];
    private int[] lastAnswered = new int[0];
    private boolean[] isOpen = new boolean[0];
    private long[] balance = new long[0];

    PartitionCheck(Tally tally, LegTable legs, long orderCount) {
        this.tally = tally;
        this.legs = legs;
        orders = new OrderTable(orderCount);
    }

    void readOrders(History.Records records) {
        OrderSerde serde = new OrderSerde();
        while (records.next()) {
            tally.orders++;
            Order order = serde.read(Fields.present(records.value(), "order"));
            int account = accountOf(Fields.account(records));
            int row = orders.add(account, newest[account], order);
            newest[account] = row;
            if (expected[account] == OrderTable.NONE) {
                expected[account] = row;
            }
        }
    }

    void readResults(History.Records records) {
        OrderResultSerde serde = new OrderResultSerde();
        while (records.next()) {
            tally.results++;
            OrderResult result = serde.read(Fields.present(records.value(), "result"));
            tally.byStatus[result.status().ordinal()]++;
            long id = Fields.account(records);
            int account = accountOf(id);
            if (result.status().isFirstLeg()) {
                firstLeg(account, result);
            } else {
                secondLeg(account, id, result);
            }
        }
    }

    void readBalances(History.Records records) {
        long[] published = new long[accounts.size()];
        boolean[] isPublished = new boolean[accounts.size()];
        while (records.next()) {
            int account = accounts.find(Fields.account(records));
            if (account == LongIndex.ABSENT) {
                tally.balanceErrors++;
                continue;
            }
            published[account] = Fields.present(records.value(), "balance").getLong(0);
            isPublished[account] = true;
        }
        for (int account = 0; account < accounts.size(); account++) {
            if (isPublished[account]) {
                tally.balances.add(published[account]);
            }
            if (isPublished[account] != isOpen[account] || published[account] != balance[account]) {
                tally.balanceErrors++;
            }
            tally.lastBalances.add(balance[account]);
        }
    }

    void finish() {
        for (int row = 0; row < orders.size(); row++) {
            if (!orders.isAnswered(row)) {
                tally.missing++;
            } else if (orders.isTransferToCredit(row)) {
                legs.add(orders.orderId(row), orders.destination(row), orders.amount(row), 1);
            }
        }
    }

    private void firstLeg(int account, OrderResult result) {
        int row = expected[account];
        if (row == OrderTable.NONE || !orders.is(row, result.orderId(), result.amount()) || orders.isAnswered(row)) {
            row = orders.findUnanswered(account, result.orderId(), result.amount());
            if (row == OrderTable.NONE) {
                tally.duplicates++;
                return;
            }
        }
        if (row < lastAnswered[account]) {
            tally.outOfOrder++;
        } else {
            lastAnswered[account] = row;
            expected[account] = orders.following(row);
        }
        boolean isApplied = result.status() == Status.APPLIED;
        orders.setAnswered(row, isApplied);
        if (!isApplied) {
            follow(account, 0, result);
            return;
        }
        OrderType type = orders.type(row);
        long amount = result.amount();
        if (type == OrderType.OPEN || type == OrderType.DEPOSIT) {
            tally.moneyIn.add(amount);
        } else if (type == OrderType.WITHDRAW) {
            tally.moneyOut.add(amount);
        }
        if (isOpen[account] == (type == OrderType.OPEN)) {
            tally.balanceErrors++; // opened twice, or used before it was opened
        }
        isOpen[account] = true;
        follow(account, type == OrderType.OPEN || type == OrderType.DEPOSIT ? amount : -amount, result);
    }

    private void secondLeg(int account, long id, OrderResult result) {
        if (result.status() == Status.CREDITED) {
            legs.add(result.orderId(), id, result.amount(), -1);
        } else {
            int row = orders.findTransferToCredit(account, result.orderId(), result.amount());
            if (row == OrderTable.NONE) {
                tally.duplicates++;
            } else {
                orders.setRefunded(row);
            }
        }
        if (!isOpen[account]) {
            tally.balanceErrors++;
        }
        follow(account, result.amount(), result);
    }

    /** The balance of a result must be the one before and the change. An error is counted once: what follows is measured from here. */
    private void follow(int account, long change, OrderResult result) {
        long before = balance[account];
        long after = before + change;
        boolean overflows = ((before ^ after) & (change ^ after)) < 0;
        if (overflows || after < 0 || result.balanceAfter() != after) {
            tally.balanceErrors++;
        }
        balance[account] = result.balanceAfter();
    }

    private int accountOf(long id) {
        int account = accounts.add(id);
        if (account >= newest.length) {
            int capacity = Math.max(1 << 10, account + (account >> 1) + 1);
            int from = newest.length;
            newest = Arrays.copyOf(newest, capacity);
            expected = Arrays.copyOf(expected, capacity);
            lastAnswered = Arrays.copyOf(lastAnswered, capacity);
            isOpen = Arrays.copyOf(isOpen, capacity);
            balance = Arrays.copyOf(balance, capacity);
            Arrays.fill(newest, from, capacity, OrderTable.NONE);
            Arrays.fill(expected, from, capacity, OrderTable.NONE);
            Arrays.fill(lastAnswered, from, capacity, OrderTable.NONE);
        }
        return account;
    }
}
