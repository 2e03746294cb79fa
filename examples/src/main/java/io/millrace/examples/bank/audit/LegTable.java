package io.millrace.examples.bank.audit;

import java.util.Arrays;

/**
 * Balances what destinations should have been credited against what they were. A transfer is known by a 64-bit hash of order id, destination
 * and amount: the chance that two of ten million meet is one in 300,000, and then one would have to hide the other's fault. Owned by one thread.
 */
final class LegTable {
    private long[] hashes = new long[1 << 12];
    private int[] counts = new int[1 << 12];
    private int size;

    /** Adds 1 for a credit that is due, −1 for one that was given, in whichever order they come. */
    void add(long orderId, long destination, long amount, int change) {
        if (size * 3L > hashes.length * 2L) {
            grow();
        }
        long hash = LongIndex.mix(LongIndex.mix(LongIndex.mix(orderId) + destination) + amount);
        int slot = slotOf(hash == 0 ? 1 : hash);
        if (hashes[slot] == 0) {
            hashes[slot] = hash == 0 ? 1 : hash;
            size++;
        }
        counts[slot] += change;
    }

    /** How many credits are due and were not given. */
    long due() {
        return Arrays.stream(counts).filter(count -> count > 0).asLongStream().sum();
    }

    /** How many credits were given and were not due. */
    long undue() {
        return -Arrays.stream(counts).filter(count -> count < 0).asLongStream().sum();
    }

    private int slotOf(long hash) {
        int mask = hashes.length - 1;
        int slot = (int) (hash & mask);
        while (hashes[slot] != 0 && hashes[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldHashes = hashes;
        int[] oldCounts = counts;
        hashes = new long[oldHashes.length * 2];
        counts = new int[oldHashes.length * 2];
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != 0) {
                int slot = slotOf(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                counts[slot] = oldCounts[i];
            }
        }
    }
}
