package io.millrace.examples.bank.audit;

import io.millrace.examples.bank.Order;
import io.millrace.examples.bank.OrderType;
import java.util.Arrays;

/** The orders of one partition, chained per account in the order of the input, each with what became of it. Owned by one thread. */
final class OrderTable {
    static final int NONE = -1;

    private static final OrderType[] TYPES = OrderType.values();
    private static final int TYPE_MASK = 3;
    private static final int ANSWERED = 4;
    private static final int APPLIED = 8;
    private static final int REFUNDED = 16;

    private long[] orderIds;
    private long[] amounts;
    private long[] destinations;
    private int[] accounts;
    private byte[] flags;
    /** The account's next order. */
    private int[] following;
    /** The first order in a hash bucket, and the next one in the same; built when first needed. */
    private int[] buckets = {};

    private int[] bucketNext = {};
    private int size;

    OrderTable(long sizeHint) {
        int capacity = (int) Math.max(16, Math.min(sizeHint, Integer.MAX_VALUE - 8));
        orderIds = new long[capacity];
        amounts = new long[capacity];
        destinations = new long[capacity];
        accounts = new int[capacity];
        flags = new byte[capacity];
        following = new int[capacity];
    }

    int size() {
        return size;
    }

    /** @param previous the account's order before, or {@link #NONE} */
    int add(int account, int previous, Order order) {
        if (size == orderIds.length) {
            grow();
        }
        int row = size++;
        orderIds[row] = order.orderId();
        amounts[row] = order.amount();
        destinations[row] = order.toAccount();
        accounts[row] = account;
        flags[row] = (byte) order.type().ordinal();
        following[row] = NONE;
        if (previous != NONE) {
            following[previous] = row;
        }
        return row;
    }

    long orderId(int row) {
        return orderIds[row];
    }

    long amount(int row) {
        return amounts[row];
    }

    long destination(int row) {
        return destinations[row];
    }

    OrderType type(int row) {
        return TYPES[flags[row] & TYPE_MASK];
    }

    int following(int row) {
        return following[row];
    }

    boolean isAnswered(int row) {
        return (flags[row] & ANSWERED) != 0;
    }

    void setAnswered(int row, boolean applied) {
        flags[row] |= (byte) (applied ? ANSWERED | APPLIED : ANSWERED);
    }

    /** True for an applied transfer that was not refunded. */
    boolean isTransferToCredit(int row) {
        return (flags[row] & (APPLIED | REFUNDED)) == APPLIED && type(row) == OrderType.TRANSFER;
    }

    void setRefunded(int row) {
        flags[row] |= (byte) REFUNDED;
    }

    boolean is(int row, long orderId, long amount) {
        return orderIds[row] == orderId && amounts[row] == amount;
    }

    /** The account's first unanswered order of this id and amount, or {@link #NONE}. */
    int findUnanswered(int account, long orderId, long amount) {
        int row = firstInBucket(account, orderId);
        while (row != NONE && !(accounts[row] == account && is(row, orderId, amount) && !isAnswered(row))) {
            row = bucketNext[row];
        }
        return row;
    }

    /** The account's first applied transfer of this id and amount that was not refunded, or {@link #NONE}. */
    int findTransferToCredit(int account, long orderId, long amount) {
        int row = firstInBucket(account, orderId);
        while (row != NONE && !(accounts[row] == account && is(row, orderId, amount) && isTransferToCredit(row))) {
            row = bucketNext[row];
        }
        return row;
    }

    private int firstInBucket(int account, long orderId) {
        if (buckets.length == 0) {
            buildBuckets();
        }
        return buckets[bucketOf(account, orderId)];
    }

    private int bucketOf(int account, long orderId) {
        return (int) (LongIndex.mix(LongIndex.mix(orderId) + account) & (buckets.length - 1));
    }

    private void buildBuckets() {
        buckets = new int[Math.max(16, Integer.highestOneBit(size))];
        bucketNext = new int[size];
        Arrays.fill(buckets, NONE);
        // From the last to the first, so that a bucket's chain is in the order of the input.
        for (int row = size - 1; row >= 0; row--) {
            int bucket = bucketOf(accounts[row], orderIds[row]);
            bucketNext[row] = buckets[bucket];
            buckets[bucket] = row;
        }
    }

    private void grow() {
        int capacity = orderIds.length + (orderIds.length >> 1);
        orderIds = Arrays.copyOf(orderIds, capacity);
        amounts = Arrays.copyOf(amounts, capacity);
        destinations = Arrays.copyOf(destinations, capacity);
        accounts = Arrays.copyOf(accounts, capacity);
        flags = Arrays.copyOf(flags, capacity);
        following = Arrays.copyOf(following, capacity);
    }
}
