package io.millrace.serde;

import java.util.Objects;

/**
 * Reads a view from its first byte to its last: for formats of several fields. Every read that the bytes cannot answer ends in a {@link
 * SerdeException}. Used by one thread, while the view stands still.
 */
public final class BytesReader {
    private static final int VARINT_BITS = 7;
    private static final int VARINT_MORE = 0x80;
    private static final int LAST_VARINT_SHIFT = 28;
    private static final int LAST_VARINT_BYTE = 0x0F;

    private BytesView bytes;
    private int position;

    public BytesReader(BytesView bytes) {
        this.bytes = bytes;
    }

    /** Begins with another view. */
    public BytesReader reset(BytesView newBytes) {
        bytes = newBytes;
        position = 0;
        return this;
    }

    /** Bytes that are not read yet. */
    public int remaining() {
        return bytes.length() - position;
    }

    public int readUnsignedByte() {
        return bytes.getUnsignedByte(advance(Byte.BYTES));
    }

    public int readInt() {
        return bytes.getInt(advance(Integer.BYTES));
    }

    public long readLong() {
        return bytes.getLong(advance(Long.BYTES));
    }

    /** What {@link BytesWriter#putVarint} wrote; at most {@link Integer#MAX_VALUE}. */
    public int readVarint() {
        int value = 0;
        for (int shift = 0; shift <= LAST_VARINT_SHIFT; shift += VARINT_BITS) {
            int next = readUnsignedByte();
            value |= (next & ~VARINT_MORE) << shift;
            if (next < VARINT_MORE) {
                if (value < 0 || (shift == LAST_VARINT_SHIFT && next > LAST_VARINT_BYTE)) {
                    break;
                }
                return value;
            }
        }
        throw new SerdeException("A length before byte " + position + " is none: " + bytes);
    }

    /** Moves {@code into} onto the next {@code count} bytes and returns it. */
    public BytesView readBytes(int count, BytesView into) {
        int start = advance(count);
        return into.wrap(bytes.array(), bytes.arrayOffset() + start, count);
    }

    /** Moves {@code into} onto what is left and returns it. */
    public BytesView readRest(BytesView into) {
        return readBytes(remaining(), into);
    }

    private int advance(int count) {
        if (count < 0 || count > remaining()) {
            throw new SerdeException(
                    count + " bytes are expected from byte " + position + " on, in " + Objects.toString(bytes));
        }
        int start = position;
        position += count;
        return start;
    }
}
