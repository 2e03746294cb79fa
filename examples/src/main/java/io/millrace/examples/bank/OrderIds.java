package io.millrace.examples.bank;

import java.util.Arrays;

/** Up to {@value #CHUNK} order ids, oldest first. Immutable. */
public final class OrderIds {
    /** How many ids make a full chunk. */
    public static final int CHUNK = 25;

    public static final OrderIds EMPTY = new OrderIds(new long[0]);

    private final long[] ids;

    private OrderIds(long[] ids) {
        this.ids = ids;
    }

    /** Takes a copy. */
    public static OrderIds of(long... ids) {
        if (ids.length > CHUNK) {
            throw new IllegalArgumentException("A chunk has at most " + CHUNK + " ids, got " + ids.length);
        }
        return ids.length == 0 ? EMPTY : new OrderIds(ids.clone());
    }

    public int size() {
        return ids.length;
    }

    public long get(int index) {
        return ids[index];
    }

    public boolean isFull() {
        return ids.length == CHUNK;
    }

    OrderIds plus(long id) {
        if (isFull()) {
            throw new IllegalStateException("The chunk is full");
        }
        long[] more = Arrays.copyOf(ids, ids.length + 1);
        more[ids.length] = id;
        return new OrderIds(more);
    }

    /** Whether {@code id} stands at {@code startIndex} or behind it. */
    boolean contains(long id, int startIndex) {
        for (int i = startIndex; i < ids.length; i++) {
            if (ids[i] == id) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OrderIds that && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return Arrays.toString(ids);
    }
}
