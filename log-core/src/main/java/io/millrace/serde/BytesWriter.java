package io.millrace.serde;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing byte buffer that serdes write to; owned by one thread. {@link #clear} makes it empty and keeps its memory, so one writer
 * serves all records of a loop without allocation. Numbers are big-endian.
 */
public final class BytesWriter {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private byte[] array;
    private int length;

    public BytesWriter() {
        this(64);
    }

    public BytesWriter(int initialCapacity) {
        array = new byte[initialCapacity];
    }

    /** Makes the writer empty. What was written before may be overwritten from here on. */
    public BytesWriter clear() {
        length = 0;
        return this;
    }

    public int length() {
        return length;
    }

    /** The array behind the writer, valid until the next write. */
    public byte[] array() {
        return array;
    }

    public BytesWriter putByte(int value) {
        ensure(1);
        array[length++] = (byte) value;
        return this;
    }

    public BytesWriter putShort(int value) {
        ensure(Short.BYTES);
        SHORT.set(array, length, (short) value);
        length += Short.BYTES;
        return this;
    }

    public BytesWriter putInt(int value) {
        ensure(Integer.BYTES);
        INT.set(array, length, value);
        length += Integer.BYTES;
        return this;
    }

    public BytesWriter putLong(long value) {
        ensure(Long.BYTES);
        LONG.set(array, length, value);
        length += Long.BYTES;
        return this;
    }

    public BytesWriter putDouble(double value) {
        return putLong(Double.doubleToRawLongBits(value));
    }

    /** Seven bits a byte, the lowest first; the value is not negative. {@link BytesReader#readVarint} reads it. */
    public BytesWriter putVarint(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("A varint here is not negative, got " + value);
        }
        int rest = value;
        while (rest > 0x7F) {
            putByte(rest | 0x80);
            rest >>>= 7;
        }
        return putByte(rest);
    }

    public BytesWriter putBytes(byte[] source, int offset, int count) {
        ensure(count);
        System.arraycopy(source, offset, array, length, count);
        length += count;
        return this;
    }

    public BytesWriter putBytes(byte[] source) {
        return putBytes(source, 0, source.length);
    }

    public BytesWriter putBytes(BytesView source) {
        return putBytes(source.array(), source.arrayOffset(), source.length());
    }

    public BytesWriter putUtf8(String text) {
        return putBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Moves {@code view} onto everything written so far; valid until the next write or {@link #clear}. */
    public BytesView viewInto(BytesView view) {
        return view.wrap(array, 0, length);
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(array, length);
    }

    private void ensure(int more) {
        if (more > array.length - length) {
            grow(more);
        }
    }

    private void grow(int more) {
        if (more > LARGEST_ARRAY - length) {
            throw new SerdeException("A value is larger than an array can be: " + ((long) length + more) + " bytes");
        }
        int doubled = array.length > LARGEST_ARRAY / 2 ? LARGEST_ARRAY : array.length * 2;
        array = Arrays.copyOf(array, Math.max(length + more, doubled));
    }
}
