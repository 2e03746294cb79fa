package io.millrace.log.embedded.format;

import io.millrace.log.CorruptionException;

/** Reads varints and lengths of a byte array and never beyond a limit; owned by its iterator. */
final class BoundedReader {
    private byte[] array = new byte[0];
    private int position;
    private int limit;

    void reset(byte[] array, int position, int limit) {
        this.array = array;
        this.position = position;
        this.limit = limit;
    }

    /** Goes on at another position of the same array, up to another limit. */
    void move(int position, int limit) {
        this.position = position;
        this.limit = limit;
    }

    int position() {
        return position;
    }

    int remaining() {
        return limit - position;
    }

    void skip(int count) {
        if (count > limit - position) {
            throw beyond("skips " + count);
        }
        position += count;
    }

    int varint() {
        int at = position;
        if (at < limit) {
            byte first = array[at];
            if (first >= 0) {
                position = at + 1;
                return (first >>> 1) ^ -(first & 1);
            }
            // Two bytes reach to 8,191: most lengths and offsets of a batch, so that they too stay out of the loop.
            if (at + 1 < limit && array[at + 1] >= 0) {
                position = at + 2;
                int bits = (first & 0x7F) | array[at + 1] << 7;
                return (bits >>> 1) ^ -(bits & 1);
            }
        }
        return longVarint();
    }

    private int longVarint() {
        long bits = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte next = next();
            bits |= (next & 0x7FL) << shift;
            if (next >= 0) {
                if (bits >>> 32 != 0) {
                    break;
                }
                int value = (int) bits;
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new CorruptionException("A varint is longer than 32 bits, before index " + position);
    }

    long varlong() {
        int at = position;
        if (at < limit) {
            byte first = array[at];
            if (first >= 0) {
                position = at + 1;
                return (long) (first >>> 1) ^ -(first & 1L);
            }
            if (at + 1 < limit && array[at + 1] >= 0) {
                position = at + 2;
                long bits = (first & 0x7F) | array[at + 1] << 7;
                return (bits >>> 1) ^ -(bits & 1L);
            }
        }
        return longVarlong();
    }

    private long longVarlong() {
        long bits = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte next = next();
            if (shift == 63 && next > 1) {
                break;
            }
            bits |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return (bits >>> 1) ^ -(bits & 1);
            }
        }
        throw new CorruptionException("A varlong is longer than 64 bits, before index " + position);
    }

    /** A length that is followed by as many bytes; −1 for absent bytes. */
    int nullableLength() {
        int length = varint();
        if (length < -1 || length > limit - position) {
            throw beyond("declares " + length);
        }
        return length;
    }

    /** A length or count of things that take a byte each at least. */
    int presentLength() {
        int length = varint();
        if (length < 0 || length > limit - position) {
            throw beyond("declares " + length);
        }
        return length;
    }

    private byte next() {
        if (position >= limit) {
            throw beyond("goes on");
        }
        return array[position++];
    }

    private CorruptionException beyond(String what) {
        return new CorruptionException("A record " + what + " where " + (limit - position) + " bytes are left");
    }
}
