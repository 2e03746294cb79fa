package io.millrace.log.embedded.recovery;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.SegmentDirectory;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * An offset of a partition that is written down, and never goes back but by a repair. Safe for use by several threads.
 *
 * <table>
 * <caption>The file, 12 bytes, big-endian</caption>
 * <tr><th>Offset</th><th>Type</th><th>Field</th></tr>
 * <tr><td>0</td><td>i64</td><td>an offset</td></tr>
 * <tr><td>8</td><td>u32</td><td>CRC-32C of the bytes before</td></tr>
 * </table>
 */
public final class OffsetFile {
    private static final int CRC = 8;
    private static final int SIZE = 12;

    /** What the offset means. */
    public enum Meaning {
        /** Everything below is durable (R1). */
        RECOVERY_POINT(
                "recovery-point",
                "nobody knows which bytes of the log are durable. To recover the log up to its first bad batch nevertheless, delete that file"),
        /** Everything below is deleted, whatever files are left of it (R5). */
        LOG_START(
                "log-start",
                "nobody knows where the log begins. Write the offset in the name of its oldest .log file there, or restore the directory from a copy"),
        /** Below, no record is superseded by another one below. */
        FIRST_DIRTY(
                "first-dirty",
                "nobody knows how far the log was compacted. To compact it from its start again, delete that file");

        private final String fileName;
        private final String consequence;

        Meaning(String fileName, String consequence) {
            this.fileName = fileName;
            this.consequence = consequence;
        }
    }

    private final SegmentDirectory directory;
    private final String path;
    private long written;

    private OffsetFile(SegmentDirectory directory, String path, long written) {
        this.directory = directory;
        this.path = path;
        this.written = written;
    }

    /** @throws CorruptionException if the file is damaged; it is only ever replaced as a whole, so a crash cannot do that */
    public static OffsetFile open(SegmentDirectory directory, Meaning meaning) {
        String path = directory.path() + '/' + meaning.fileName;
        long written = 0;
        if (directory.storage().exists(path)) {
            byte[] bytes = LogFiles.read(directory.storage(), path);
            ByteBuffer fields = ByteBuffer.wrap(bytes);
            if (bytes.length != SIZE || fields.getInt(CRC) != crcOf(bytes) || fields.getLong(0) < 0) {
                throw new CorruptionException(
                        directory.topicPartition() + ": " + path + " is damaged, so " + meaning.consequence + '.');
            }
            written = fields.getLong(0);
        }
        return new OffsetFile(directory, path, written);
    }

    /** The offset that stands in the file, 0 if there is none. */
    public synchronized long written() {
        return written;
    }

    /** Writes a later offset, durably; an earlier one is ignored. What it says must be true, durably, at the call (R1). */
    public synchronized void advanceTo(long offset) {
        if (offset > written) {
            write(offset);
        }
    }

    /** Takes an offset back, durably; for a repair, which gives up what is behind it. */
    synchronized void lowerTo(long offset) {
        if (offset < written) {
            write(offset);
        }
    }

    private void write(long offset) {
        byte[] bytes = new byte[SIZE];
        ByteBuffer fields = ByteBuffer.wrap(bytes);
        fields.putLong(0, offset);
        fields.putInt(CRC, crcOf(bytes));
        LogFiles.replace(directory.storage(), path, bytes, true);
        directory.storage().syncDirectory(directory.path());
        written = offset;
    }

    private static int crcOf(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC);
        return (int) crc.getValue();
    }
}
