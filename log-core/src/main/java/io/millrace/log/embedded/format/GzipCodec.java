package io.millrace.log.embedded.format;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * gzip (RFC 1952), little-endian. One member is written; any number is read.
 *
 * <table>
 * <caption>A member</caption>
 * <tr><th>Offset</th><th>Size</th><th>Field</th></tr>
 * <tr><td>0</td><td>2</td><td>1f 8b</td></tr>
 * <tr><td>2</td><td>1</td><td>method: 8, deflate</td></tr>
 * <tr><td>3</td><td>1</td><td>flags: 0; what other writers add is passed over</td></tr>
 * <tr><td>4</td><td>4</td><td>time: 0</td></tr>
 * <tr><td>8</td><td>2</td><td>0; operating system: ff, unknown</td></tr>
 * <tr><td>10</td><td></td><td>deflated bytes</td></tr>
 * <tr><td></td><td>4</td><td>CRC-32 of the inflated bytes</td></tr>
 * <tr><td></td><td>4</td><td>their number, modulo 2^32</td></tr>
 * </table>
 */
final class GzipCodec implements BatchCodec {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int TRAILER_SIZE = 8;
    private static final int HEADER_CHECKSUM = 0x02;
    private static final int EXTRA = 0x04;
    private static final int NAME = 0x08;
    private static final int COMMENT = 0x10;

    private final CRC32 crc = new CRC32();
    private @Nullable Deflater deflater;
    private int deflaterLevel;
    /** Its native memory goes with it: the JDK cleans up behind inflaters that are no longer reachable. */
    private @Nullable Inflater inflater;

    @Override
    public long mostCompressed(int length) {
        // What is stored as it is costs 5 bytes for each 16 KiB at the most; see zlib's deflateBound.
        return length + (length >> 12) + (length >> 14) + 64L + HEADER.length + TRAILER_SIZE;
    }

    @Override
    public int compress(byte[] source, int from, int length, int level, byte[] target, int at) {
        Deflater with = deflater(level);
        System.arraycopy(HEADER, 0, target, at, HEADER.length);
        int end = at + HEADER.length;
        with.setInput(source, from, length);
        with.finish();
        while (!with.finished()) {
            int written = with.deflate(target, end, target.length - end - TRAILER_SIZE);
            if (written == 0) {
                // The bound is zlib's; a JDK may come with another library, whose own is larger.
                return -1;
            }
            end += written;
        }
        crc.reset();
        crc.update(source, from, length);
        LittleEndian.putInt(target, end, (int) crc.getValue());
        LittleEndian.putInt(target, end + 4, length);
        return end + TRAILER_SIZE;
    }

    private Deflater deflater(int level) {
        Deflater present = deflater;
        if (present == null || deflaterLevel != level) {
            close();
            present = new Deflater(level, true);
            deflater = present;
            deflaterLevel = level;
        } else {
            present.reset();
        }
        return present;
    }

    @Override
    public void inflate(byte[] source, int from, int length, InflatedBytes target) throws InflateException {
        target.clear((int) Math.min(length * 4L, target.limit()));
        int end = from + length;
        int at = from;
        do {
            at = inflateMember(source, at, end, target);
        } while (at < end);
    }

    private int inflateMember(byte[] source, int from, int end, InflatedBytes target) throws InflateException {
        int body = endOfHeader(source, from, end);
        int start = target.length();
        int at = end - inflateBody(source, body, end, target);
        if (end - at < TRAILER_SIZE) {
            throw truncated();
        }
        int size = target.length() - start;
        crc.reset();
        crc.update(target.array(), start, size);
        if (LittleEndian.getInt(source, at) != (int) crc.getValue() || LittleEndian.getInt(source, at + 4) != size) {
            throw InflateException.damaged("the checksum of gzip is wrong");
        }
        return at + TRAILER_SIZE;
    }

    /** @return how many bytes of the source are left behind the deflated ones */
    private int inflateBody(byte[] source, int from, int end, InflatedBytes target) throws InflateException {
        Inflater with = inflater;
        if (with == null) {
            with = new Inflater(true);
            inflater = with;
        } else {
            with.reset();
        }
        with.setInput(source, from, end - from);
        try {
            while (!with.finished()) {
                if (target.room() == 0) {
                    target.grow();
                }
                int count = with.inflate(target.array(), target.length(), target.room());
                target.added(count);
                if (count == 0 && !with.finished() && (with.needsInput() || with.needsDictionary())) {
                    throw truncated();
                }
            }
        } catch (DataFormatException e) {
            throw InflateException.damaged("gzip says: " + e.getMessage());
        }
        return with.getRemaining();
    }

    private static int endOfHeader(byte[] source, int from, int end) throws InflateException {
        if (end - from < HEADER.length) {
            throw truncated();
        }
        if (source[from] != HEADER[0] || source[from + 1] != HEADER[1] || source[from + 2] != Deflater.DEFLATED) {
            throw InflateException.damaged("no gzip begins there");
        }
        int flags = source[from + 3];
        int at = from + HEADER.length;
        if ((flags & EXTRA) != 0) {
            if (end - at < 2) {
                throw truncated();
            }
            at += 2 + (source[at] & 0xff) + ((source[at + 1] & 0xff) << 8);
        }
        at = (flags & NAME) == 0 ? at : endOfText(source, at, end);
        at = (flags & COMMENT) == 0 ? at : endOfText(source, at, end);
        at = (flags & HEADER_CHECKSUM) == 0 ? at : at + 2;
        if (at > end) {
            throw truncated();
        }
        return at;
    }

    private static int endOfText(byte[] source, int from, int end) throws InflateException {
        for (int at = from; at < end; at++) {
            if (source[at] == 0) {
                return at + 1;
            }
        }
        throw truncated();
    }

    private static InflateException truncated() {
        return InflateException.damaged("gzip ends too early");
    }

    @Override
    public void close() {
        if (deflater != null) {
            deflater.end();
            deflater = null;
        }
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }
}
