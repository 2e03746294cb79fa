package io.millrace.examples.bank.audit;

import java.util.Arrays;

/** Numbers keys 0, 1, 2 … in the order of their first appearance. Owned by one thread. */
final class LongIndex {
    static final int ABSENT = -1;

    /** Keys by number. */
    private long[] keys;

    /** Numbers + 1 by hash; 0 is free. */
    private int[] slots;

    private int size;

    LongIndex() {
        keys = new long[1 << 10];
        slots = new int[1 << 11];
    }

    int size() {
        return size;
    }

    long key(int number) {
        return keys[number];
    }

    /** @return the key's number, or {@link #ABSENT} */
    int find(long key) {
        return slots[slotOf(key)] - 1;
    }

    /** @return the key's number, a new one if it has none */
    int add(long key) {
        int slot = slotOf(key);
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        if (size == keys.length) {
            grow();
            slot = slotOf(key);
        }
        keys[size] = key;
        slots[slot] = ++size;
        return size - 1;
    }

    private int slotOf(long key) {
        int mask = slots.length - 1;
        int slot = (int) (mix(key) & mask);
        while (slots[slot] != 0 && keys[slots[slot] - 1] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        keys = Arrays.copyOf(keys, keys.length * 2);
        slots = new int[keys.length * 2];
        for (int i = 0; i < size; i++) {
            slots[slotOf(keys[i])] = i + 1;
        }
    }

    static long mix(long value) {
        long z = (value ^ (value >>> 32)) * 0xD6E8FEB86659FD93L;
        z = (z ^ (z >>> 32)) * 0xD6E8FEB86659FD93L;
        return z ^ (z >>> 32);
    }
}
