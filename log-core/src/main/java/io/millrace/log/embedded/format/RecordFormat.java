package io.millrace.log.embedded.format;

import io.millrace.log.Header;
import io.millrace.serde.BytesView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record inside a batch. Integers are zig-zag varints: the sign moves to the lowest bit, then seven bits a byte, lowest first, the
 * high bit set on all bytes but the last.
 *
 * <table>
 * <caption>Record</caption>
 * <tr><th>Type</th><th>Field</th></tr>
 * <tr><td>varint</td><td>length: the number of bytes behind this field</td></tr>
 * <tr><td>i8</td><td>attributes, unused: 0</td></tr>
 * <tr><td>varlong</td><td>timestamp − the batch's base timestamp</td></tr>
 * <tr><td>varint</td><td>offset − the batch's base offset</td></tr>
 * <tr><td>varint, bytes</td><td>key's length, −1 for none; key</td></tr>
 * <tr><td>varint, bytes</td><td>value's length, −1 for none; value</td></tr>
 * <tr><td>varint</td><td>number of headers</td></tr>
 * <tr><td>varint, UTF-8</td><td>per header: name's length, 0 or more; name</td></tr>
 * <tr><td>varint, bytes</td><td>per header: value's length, −1 for none; value</td></tr>
 * </table>
 */
public final class RecordFormat {
    /** The fewest bytes that a record takes: each of its seven fields takes one. */
    static final int SMALLEST_RECORD = 7;

    private RecordFormat() {}

    /** Bytes that a varint takes. */
    static int sizeOfVarint(int value) {
        int zigZag = (value << 1) ^ (value >> 31);
        return (38 - Integer.numberOfLeadingZeros(zigZag | 1)) / 7;
    }

    /** Bytes that a varlong takes. */
    static int sizeOfVarlong(long value) {
        long zigZag = (value << 1) ^ (value >> 63);
        return (70 - Long.numberOfLeadingZeros(zigZag | 1)) / 7;
    }

    /** Writes a varint. @return the index behind it */
    static int putVarint(byte[] array, int index, int value) {
        int rest = (value << 1) ^ (value >> 31);
        int at = index;
        while ((rest & ~0x7F) != 0) {
            array[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[at++] = (byte) rest;
        return at;
    }

    /** Writes a varlong. @return the index behind it */
    static int putVarlong(byte[] array, int index, long value) {
        long rest = (value << 1) ^ (value >> 63);
        int at = index;
        while ((rest & ~0x7FL) != 0) {
            array[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[at++] = (byte) rest;
        return at;
    }

    /** The value of a record's length field. Long, because nothing says that the parts together fit an array. */
    static long bodySize(
            long timestampDelta,
            int offsetDelta,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        long size =
                1L + sizeOfVarlong(timestampDelta) + sizeOfVarint(offsetDelta) + sizeOfBytes(key) + sizeOfBytes(value);
        size += sizeOfVarint(headers.size());
        for (int i = 0; i < headers.size(); i++) {
            Header header = headers.get(i);
            long name = header.nameBytes();
            size += sizeOfVarint((int) Math.min(name, Integer.MAX_VALUE)) + name + sizeOfBytes(header.value());
        }
        return size;
    }

    /** Writes a record whose body takes {@code bodySize} bytes; the room must be there. @return the index behind it */
    static int put(
            byte[] array,
            int index,
            int bodySize,
            long timestampDelta,
            int offsetDelta,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        int at = putVarint(array, index, bodySize);
        array[at++] = 0;
        at = putVarlong(array, at, timestampDelta);
        at = putVarint(array, at, offsetDelta);
        at = putBytes(array, at, key);
        at = putBytes(array, at, value);
        at = putVarint(array, at, headers.size());
        for (int i = 0; i < headers.size(); i++) {
            Header header = headers.get(i);
            at = putBytes(array, at, BytesView.ofUtf8(header.name()));
            at = putBytes(array, at, header.value());
        }
        return at;
    }

    static long sizeOfBytes(@Nullable BytesView bytes) {
        return bytes == null ? 1 : (long) sizeOfVarint(bytes.length()) + bytes.length();
    }

    static int putBytes(byte[] array, int index, @Nullable BytesView bytes) {
        if (bytes == null) {
            return putVarint(array, index, -1);
        }
        int at = putVarint(array, index, bytes.length());
        System.arraycopy(bytes.array(), bytes.arrayOffset(), array, at, bytes.length());
        return at + bytes.length();
    }
}
