package io.millrace.state.time;

import java.util.ArrayList;
import java.util.List;

/**
 * A Bloom filter of hashes that grows: when it is as full as is good, a larger one takes what comes next. Some 16 to 24 bits a key, and 1.3 MiB at the
 * most, from where on it denies less. Owned by one thread.
 */
final class KeyFilter {
    private static final int BITS_A_KEY = 16;
    private static final int FIRST_WORDS = 1 << 5;
    private static final int GROWTH = 8;
    private static final int MOST_WORDS = 1 << 17;

    private final List<long[]> parts = new ArrayList<>(List.of(new long[FIRST_WORDS]));
    private int inLast;

    boolean mayHave(int hash) {
        int mixed = mix(hash);
        for (long[] words : parts) {
            if (has(words, mixed)) {
                return true;
            }
        }
        return false;
    }

    void add(int hash) {
        if (mayHave(hash)) {
            return;
        }
        long[] last = parts.get(parts.size() - 1);
        if (inLast * BITS_A_KEY >= last.length * Long.SIZE && last.length < MOST_WORDS) {
            last = new long[Math.min(MOST_WORDS, last.length * GROWTH)];
            parts.add(last);
            inLast = 0;
        }
        int mixed = mix(hash);
        last[word(last, mixed)] |= bits(mixed);
        inLast++;
    }

    private static boolean has(long[] words, int mixed) {
        long bits = bits(mixed);
        return (words[word(words, mixed)] & bits) == bits;
    }

    /** Both bits of a hash lie in one word: one look at memory. */
    private static int word(long[] words, int mixed) {
        return mixed >>> 12 & words.length - 1;
    }

    private static long bits(int mixed) {
        return 1L << mixed | 1L << (mixed >>> 6);
    }

    /** Every bit depends on every other: hashes of short keys differ in few. */
    private static int mix(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85EBCA6B;
        mixed = (mixed ^ mixed >>> 13) * 0xC2B2AE35;
        return mixed ^ mixed >>> 16;
    }
}
