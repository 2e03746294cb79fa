package io.millrace.log;

import io.millrace.serde.BytesView;

/** Kafka's default partitioning of keyed records, so that every engine agrees. Pure. */
public final class Partitioner {
    private static final int SEED = 0x9747b28c;
    private static final int MIX = 0x5bd1e995;

    private Partitioner() {}

    /** The partition of a key: {@code toPositive(murmur2(key)) % partitions}. */
    public static int partitionOf(BytesView key, int partitions) {
        return (murmur2(key.array(), key.arrayOffset(), key.length()) & 0x7fffffff) % partitions;
    }

    /** MurmurHash2, 32 bits, with Kafka's seed, little-endian words. */
    static int murmur2(byte[] bytes, int offset, int length) {
        int h = SEED ^ length;
        int i = offset;
        int words = length / 4;
        for (int w = 0; w < words; w++, i += 4) {
            int k = (bytes[i] & 0xff)
                    | (bytes[i + 1] & 0xff) << 8
                    | (bytes[i + 2] & 0xff) << 16
                    | (bytes[i + 3] & 0xff) << 24;
            k *= MIX;
            k ^= k >>> 24;
            k *= MIX;
            h *= MIX;
            h ^= k;
        }
        int rest = length % 4;
        if (rest >= 3) {
            h ^= (bytes[i + 2] & 0xff) << 16;
        }
        if (rest >= 2) {
            h ^= (bytes[i + 1] & 0xff) << 8;
        }
        if (rest >= 1) {
            h ^= bytes[i] & 0xff;
            h *= MIX;
        }
        h ^= h >>> 13;
        h *= MIX;
        return h ^ (h >>> 15);
    }
}
