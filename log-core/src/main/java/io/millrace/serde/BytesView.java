package io.millrace.serde;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A window onto a range of a byte array; owned by whoever wrapped it. Readers hand one out over their buffer and move it from record to
 * record, so it is valid only until the owner's next step: copy what must live longer ({@link #toByteArray}, {@link #copy}).
 *
 * <p>Numbers are big-endian. Two views are equal when their bytes are equal; the order is that of unsigned bytes.
 *
 * <p>Not safe for use by several threads while it is being moved.
 */
public final class BytesView implements Comparable<BytesView> {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NONE = new byte[0];

    private byte[] array = NONE;
    private int offset;
    private int length;

    /** An empty view, to be {@linkplain #wrap moved} later. */
    public BytesView() {}

    /** A view of the whole array; the array is not copied. */
    public static BytesView of(byte[] array) {
        return new BytesView().wrap(array, 0, array.length);
    }

    /** A view of the UTF-8 bytes of a string. */
    public static BytesView ofUtf8(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Moves this view to {@code length} bytes from {@code offset} of the array and returns it. */
    public BytesView wrap(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        if (this.array != array) {
            // A view moves within one array most of the time, and the collector is told of every reference that is
            // stored.
            this.array = array;
        }
        this.offset = offset;
        this.length = length;
        return this;
    }

    /** A view of {@code count} of these bytes, from {@code index} on; valid as long as this one is. */
    public BytesView slice(int index, int count) {
        Objects.checkFromIndexSize(index, count, length);
        return new BytesView().wrap(array, offset + index, count);
    }

    public int length() {
        return length;
    }

    /** The array behind the view; the bytes of the view begin at {@link #arrayOffset}. Not to be written. */
    public byte[] array() {
        return array;
    }

    public int arrayOffset() {
        return offset;
    }

    public byte getByte(int index) {
        Objects.checkIndex(index, length);
        return array[offset + index];
    }

    public int getUnsignedByte(int index) {
        return getByte(index) & 0xFF;
    }

    public short getShort(int index) {
        Objects.checkFromIndexSize(index, Short.BYTES, length);
        return (short) SHORT.get(array, offset + index);
    }

    public int getInt(int index) {
        Objects.checkFromIndexSize(index, Integer.BYTES, length);
        return (int) INT.get(array, offset + index);
    }

    public long getLong(int index) {
        Objects.checkFromIndexSize(index, Long.BYTES, length);
        return (long) LONG.get(array, offset + index);
    }

    public double getDouble(int index) {
        return Double.longBitsToDouble(getLong(index));
    }

    /** A new array with the bytes of the view. */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** A view of a copy of the bytes, safe to keep. */
    public BytesView copy() {
        return of(toByteArray());
    }

    /** The bytes as UTF-8 text; malformed input becomes replacement characters. */
    public String toUtf8() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    /** A hash of the content, spread over all bits; equal content, equal hash. */
    @Override
    public int hashCode() {
        long h = length * 0x9E3779B97F4A7C15L;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            h = (h ^ (long) LONG.get(array, offset + i)) * 0xFF51AFD7ED558CCDL;
            h ^= h >>> 32;
        }
        for (; i < length; i++) {
            h = (h ^ (array[offset + i] & 0xFF)) * 0xC4CEB9FE1A85EC53L;
            h ^= h >>> 29;
        }
        return (int) (h ^ (h >>> 32));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BytesView that
                && Arrays.equals(array, offset, offset + length, that.array, that.offset, that.offset + that.length);
    }

    @Override
    public int compareTo(BytesView that) {
        return Arrays.compareUnsigned(
                array, offset, offset + length, that.array, that.offset, that.offset + that.length);
    }

    /** The length and the first bytes in hexadecimal, for messages. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("bytes[").append(length).append(']');
        int shown = Math.min(length, 16);
        if (shown > 0) {
            text.append(' ').append(HexFormat.of().formatHex(array, offset, offset + shown));
        }
        return shown < length ? text.append('…').toString() : text.toString();
    }
}
