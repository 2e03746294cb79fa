package io.millrace.log.embedded.format;

import java.io.IOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * Snappy in the frame of snappy-java's streams, as Kafka uses it, big-endian. What does not begin with the magic bytes is read as one plain
 * Snappy block, which is what clients in other languages write.
 *
 * <table>
 * <caption>The frame</caption>
 * <tr><th>Offset</th><th>Size</th><th>Field</th></tr>
 * <tr><td>0</td><td>8</td><td>82 "SNAPPY" 00</td></tr>
 * <tr><td>8</td><td>4</td><td>version: 1</td></tr>
 * <tr><td>12</td><td>4</td><td>oldest version that reads this: 1</td></tr>
 * <tr><td>16</td><td></td><td>per block of 32 KiB: its compressed size, i32; a plain Snappy block</td></tr>
 * </table>
 */
final class SnappyCodec implements BatchCodec {
    private static final byte[] MAGIC = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
    private static final int HEADER_SIZE = 16;
    private static final int VERSION = 1;
    private static final int BLOCK_SIZE = 32 << 10;
    /** An element of three bytes copies 64 at the most. */
    private static final int MOST_RATIO = 22;

    @Override
    public long mostCompressed(int length) {
        int blocks = length / BLOCK_SIZE + 1;
        return HEADER_SIZE + blocks * (4L + Snappy.maxCompressedLength(BLOCK_SIZE));
    }

    @Override
    public int compress(byte[] source, int from, int length, int level, byte[] target, int at) {
        System.arraycopy(MAGIC, 0, target, at, MAGIC.length);
        BatchFormat.putInt(target, at + 8, VERSION);
        BatchFormat.putInt(target, at + 12, VERSION);
        int end = at + HEADER_SIZE;
        try {
            for (int done = 0; done < length; done += BLOCK_SIZE) {
                int block = Math.min(BLOCK_SIZE, length - done);
                int size = Snappy.compress(source, from + done, block, target, end + 4);
                BatchFormat.putInt(target, end, size);
                end += 4 + size;
            }
        } catch (IOException e) {
            throw new IllegalStateException("Snappy could not compress", e);
        }
        return end;
    }

    @Override
    public void inflate(byte[] source, int from, int length, InflatedBytes target) throws InflateException {
        target.clear((int) Math.min(length * 4L, target.limit()));
        int end = from + length;
        if (!isHeader(source, from, end)) {
            inflateBlock(source, from, length, target);
            return;
        }
        int at = from;
        while (at < end) {
            if (isHeader(source, at, end)) {
                at = endOfHeader(source, at, end);
                continue;
            }
            int size = end - at < 4 ? -1 : BatchFormat.getInt(source, at);
            if (size < 0 || size > end - at - 4) {
                throw InflateException.damaged(
                        "a block of Snappy declares " + size + " bytes, " + (end - at - 4) + " are left");
            }
            inflateBlock(source, at + 4, size, target);
            at += 4 + size;
        }
    }

    private static boolean isHeader(byte[] source, int from, int end) {
        return end - from >= MAGIC.length && Arrays.equals(source, from, from + MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    private static int endOfHeader(byte[] source, int from, int end) throws InflateException {
        if (end - from < HEADER_SIZE || BatchFormat.getInt(source, from + 12) > VERSION) {
            throw InflateException.damaged("the header of Snappy is cut off, or of a newer version");
        }
        return from + HEADER_SIZE;
    }

    private static void inflateBlock(byte[] source, int from, int size, InflatedBytes target) throws InflateException {
        try {
            int declared = Snappy.uncompressedLength(source, from, size);
            if (declared < 0 || declared > (size + 1L) * MOST_RATIO) {
                throw InflateException.damaged("a block of Snappy of " + size + " bytes declares " + declared);
            }
            target.ensure(declared);
            target.added(Snappy.uncompress(source, from, size, target.array(), target.length()));
        } catch (IOException e) {
            throw InflateException.damaged("Snappy says: " + e.getMessage());
        }
    }

    @Override
    public void close() {}
}
