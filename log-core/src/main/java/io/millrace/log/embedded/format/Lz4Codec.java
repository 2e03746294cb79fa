package io.millrace.log.embedded.format;

import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;
import org.jspecify.annotations.Nullable;

/**
 * The LZ4 frame format, version 1.6, little-endian, with the choices of Kafka's writer: independent blocks of 64 KiB, no checksum but the
 * header's. Read are frames with independent blocks of any size, with checksums or without.
 *
 * <table>
 * <caption>A frame</caption>
 * <tr><th>Size</th><th>Field</th></tr>
 * <tr><td>4</td><td>magic: 184D2204</td></tr>
 * <tr><td>1</td><td>flags: bits 6 to 7 version 1, 5 independent blocks, 4 block checksums, 3 content size, 2 content checksum, 0 dictionary</td></tr>
 * <tr><td>1</td><td>bits 4 to 6: the largest block, 4 for 64 KiB, each more four times as much, up to 7</td></tr>
 * <tr><td>0 or 8</td><td>content size; passed over</td></tr>
 * <tr><td>1</td><td>second byte of the XXH32 of the header from the flags on</td></tr>
 * <tr><td></td><td>per block: i32 size, highest bit set if not compressed; bytes; its XXH32 if there are block checksums</td></tr>
 * <tr><td>4</td><td>0: the end</td></tr>
 * <tr><td>0 or 4</td><td>XXH32 of the content</td></tr>
 * </table>
 */
final class Lz4Codec implements BatchCodec {
    /** This level stands for the fast method, the others for the slow one with that effort: as in Kafka's producer. */
    private static final int FAST_LEVEL = 9;

    private static final int MAGIC = 0x184D2204;
    private static final int VERSION_MASK = 0xC0;
    private static final int VERSION = 0x40;
    private static final int INDEPENDENT = 0x20;
    private static final int BLOCK_CHECKSUM = 0x10;
    private static final int CONTENT_SIZE = 0x08;
    private static final int CONTENT_CHECKSUM = 0x04;
    private static final int RESERVED_OR_DICTIONARY = 0x03;
    private static final int BLOCKS_OF_64_KIB = 4;
    private static final int BLOCK_SIZE = 64 << 10;
    private static final int HEADER_SIZE = 7;
    private static final int STORED = 0x80000000;
    /** A byte adds 255 to the length of a match at the most. */
    private static final int MOST_RATIO = 255;

    private final LZ4Factory factory = LZ4Factory.fastestInstance();
    private final LZ4SafeDecompressor decompressor = factory.safeDecompressor();
    private final XXHash32 hash = XXHashFactory.fastestInstance().hash32();
    private @Nullable LZ4Compressor compressor;
    private int compressorLevel;

    @Override
    public long mostCompressed(int length) {
        int blocks = length / BLOCK_SIZE + 1;
        return HEADER_SIZE + blocks * (4L + BLOCK_SIZE + BLOCK_SIZE / 255 + 16) + 4;
    }

    @Override
    public int compress(byte[] source, int from, int length, int level, byte[] target, int at) {
        LZ4Compressor with = compressor(level);
        LittleEndian.putInt(target, at, MAGIC);
        target[at + 4] = VERSION | INDEPENDENT;
        target[at + 5] = BLOCKS_OF_64_KIB << 4;
        target[at + 6] = (byte) (hash.hash(target, at + 4, 2, 0) >>> 8);
        int end = at + HEADER_SIZE;
        for (int done = 0; done < length; done += BLOCK_SIZE) {
            int block = Math.min(BLOCK_SIZE, length - done);
            int size = with.compress(source, from + done, block, target, end + 4);
            if (size >= block) {
                System.arraycopy(source, from + done, target, end + 4, block);
                size = block;
                LittleEndian.putInt(target, end, block | STORED);
            } else {
                LittleEndian.putInt(target, end, size);
            }
            end += 4 + size;
        }
        LittleEndian.putInt(target, end, 0);
        return end + 4;
    }

    private LZ4Compressor compressor(int level) {
        LZ4Compressor present = compressor;
        if (present == null || compressorLevel != level) {
            present = level == FAST_LEVEL ? factory.fastCompressor() : factory.highCompressor(level);
            compressor = present;
            compressorLevel = level;
        }
        return present;
    }

    @Override
    public void inflate(byte[] source, int from, int length, InflatedBytes target) throws InflateException {
        target.clear((int) Math.min(length * 4L, target.limit()));
        int end = from + length;
        if (length < HEADER_SIZE || LittleEndian.getInt(source, from) != MAGIC) {
            throw InflateException.damaged("no LZ4 frame begins there");
        }
        int flags = source[from + 4];
        int at = endOfHeader(source, from, end, flags);
        int blockSize = 1 << (8 + 2 * ((source[from + 5] >> 4) & 7));
        at = inflateBlocks(source, at, end, new Blocks(blockSize, (flags & BLOCK_CHECKSUM) != 0), target);
        if ((flags & CONTENT_CHECKSUM) != 0) {
            at = checked(source, at, end, hash.hash(target.array(), 0, target.length(), 0));
        }
        if (at != end) {
            throw InflateException.damaged((end - at) + " bytes follow the LZ4 frame");
        }
    }

    private int endOfHeader(byte[] source, int from, int end, int flags) throws InflateException {
        boolean readable = (flags & VERSION_MASK) == VERSION
                && (flags & INDEPENDENT) != 0
                && (flags & RESERVED_OR_DICTIONARY) == 0
                && (source[from + 5] & 0x8F) == 0
                && source[from + 5] >> 4 >= BLOCKS_OF_64_KIB;
        if (!readable) {
            throw InflateException.damaged("an LZ4 frame has flags " + (flags & 0xff) + " and blocks "
                    + source[from + 5] + ", which cannot be read");
        }
        int checksum = from + HEADER_SIZE - 1 + ((flags & CONTENT_SIZE) == 0 ? 0 : 8);
        if (checksum >= end) {
            throw truncated();
        }
        if (source[checksum] != (byte) (hash.hash(source, from + 4, checksum - from - 4, 0) >>> 8)) {
            throw InflateException.damaged("the checksum of the LZ4 frame's header is wrong");
        }
        return checksum + 1;
    }

    /** What the header says of the blocks. */
    private record Blocks(int mostBytes, boolean haveChecksum) {}

    /** @return the index behind the end mark */
    private int inflateBlocks(byte[] source, int from, int end, Blocks blocks, InflatedBytes target)
            throws InflateException {
        int at = from;
        while (end - at >= 4) {
            int word = LittleEndian.getInt(source, at);
            at += 4;
            if (word == 0) {
                return at;
            }
            int size = word & ~STORED;
            if (size > end - at || size > blocks.mostBytes()) {
                throw InflateException.damaged(
                        "a block of LZ4 declares " + size + " bytes, " + (end - at) + " are left");
            }
            int inflated = (word & STORED) != 0
                    ? store(source, at, size, target)
                    : inflateBlock(source, at, size, blocks.mostBytes(), target);
            target.added(inflated);
            at = blocks.haveChecksum() ? checked(source, at + size, end, hash.hash(source, at, size, 0)) : at + size;
        }
        throw truncated();
    }

    private static int store(byte[] source, int from, int size, InflatedBytes target) throws InflateException {
        target.ensure(size);
        System.arraycopy(source, from, target.array(), target.length(), size);
        return size;
    }

    private int inflateBlock(byte[] source, int from, int size, int mostBytes, InflatedBytes target)
            throws InflateException {
        int most = (int) Math.min(mostBytes, size * (long) MOST_RATIO);
        int missing = Math.min(most, target.limit() - target.length());
        target.ensure(missing);
        try {
            return decompressor.decompress(source, from, size, target.array(), target.length(), missing);
        } catch (LZ4Exception e) {
            throw missing < most
                    ? InflateException.tooLarge(target.limit())
                    : InflateException.damaged("LZ4 says: " + e.getMessage());
        }
    }

    private static int checked(byte[] source, int at, int end, int expected) throws InflateException {
        if (end - at < 4) {
            throw truncated();
        }
        if (LittleEndian.getInt(source, at) != expected) {
            throw InflateException.damaged("a checksum of LZ4 is wrong");
        }
        return at + 4;
    }

    private static InflateException truncated() {
        return InflateException.damaged("the LZ4 frame ends too early");
    }

    @Override
    public void close() {}
}
