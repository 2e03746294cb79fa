package io.millrace.log.embedded.format;

import java.util.Arrays;

/**
 * Where a batch is inflated to: memory that is used again, and never more than a limit; owned by its iterator.
 *
 * <p>It grows by doubling, with the bytes that came out, so a small batch that inflates without end costs twice the limit at the most (F3).
 */
final class InflatedBytes {
    private static final int FIRST_CAPACITY = 4096;
    /** More is given back with the next batch: a cursor that met one large batch shall not hold its memory for ever. */
    private static final int KEPT = 1 << 20;

    private final int limit;
    private byte[] array = new byte[0];
    private int length;

    InflatedBytes(int limit) {
        this.limit = limit;
    }

    /** Drops what is there, for about so many bytes; a guess that need not be right. */
    void clear(int expected) {
        length = 0;
        int wanted = Math.min(limit, Math.max(expected, FIRST_CAPACITY));
        if (array.length < wanted || (array.length > KEPT && array.length > wanted)) {
            array = new byte[wanted];
        }
    }

    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    int limit() {
        return limit;
    }

    /** How many bytes fit without growing. */
    int room() {
        return array.length - length;
    }

    void added(int count) {
        length += count;
    }

    /** Makes room for more than there is. */
    void grow() throws InflateException {
        if (array.length >= limit) {
            throw InflateException.tooLarge(limit);
        }
        array = Arrays.copyOf(array, (int) Math.min(limit, array.length * 2L));
    }

    /** Makes room for so many bytes, which the caller knows to be plausible: declared, and within what its codec can reach. */
    void ensure(int more) throws InflateException {
        while (room() < more) {
            grow();
        }
    }
}
