package io.millrace.log.embedded.retention;

import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The newest offset of each key, in bounded memory; owned by one thread. A key is known by the first half of its SHA-256, so that nobody can
 * choose two keys that are taken for one, and 24 bytes a key are enough however long it is.
 */
final class KeyOffsets {
    private static final int FIRST_SLOTS = 1 << 8;
    private static final int HASH_BYTES = 32;
    private static final int FIELDS = 3;

    private final MessageDigest digest;
    private final byte[] hash = new byte[HASH_BYTES];
    private final ByteBuffer hashFields = ByteBuffer.wrap(hash);
    private int mostKeys;
    /** Both halves of the hash, and the offset + 1, so that 0 is an empty slot. */
    private long[] slots = new long[FIRST_SLOTS * FIELDS];

    private int count;

    KeyOffsets(int mostKeys) {
        this.mostKeys = mostKeys;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Notes an offset, which is larger than all before. @return false if there is no room for one more key */
    boolean put(BytesView key, long offset) {
        int slot = find(key);
        if (slots[slot + 2] == 0) {
            if (count == mostKeys) {
                return false;
            }
            if ((count + 1) * 4L > slots.length / FIELDS * 3L) {
                grow();
                slot = find(key);
            }
            count++;
            slots[slot] = hashFields.getLong(0);
            slots[slot + 1] = hashFields.getLong(8);
        }
        slots[slot + 2] = offset + 1;
        return true;
    }

    /** The newest offset, −1 if the key is not known. */
    long get(BytesView key) {
        return slots[find(key) + 2] - 1;
    }

    /** Makes room for one key more than was allowed. */
    void allowOneMore() {
        mostKeys++;
    }

    /** How much memory the keys take. */
    long sizeBytes() {
        return (long) slots.length * Long.BYTES;
    }

    private int find(BytesView key) {
        digest.update(key.array(), key.arrayOffset(), key.length());
        try {
            digest.digest(hash, 0, HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
        return find(slots, hashFields.getLong(0), hashFields.getLong(8));
    }

    private static int find(long[] in, long upper, long lower) {
        int mask = in.length / FIELDS - 1;
        int slot = (int) upper & mask;
        while (in[slot * FIELDS + 2] != 0 && (in[slot * FIELDS] != upper || in[slot * FIELDS + 1] != lower)) {
            slot = slot + 1 & mask;
        }
        return slot * FIELDS;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (int i = 0; i < slots.length; i += FIELDS) {
            if (slots[i + 2] != 0) {
                System.arraycopy(slots, i, larger, find(larger, slots[i], slots[i + 1]), FIELDS);
            }
        }
        slots = larger;
    }
}
