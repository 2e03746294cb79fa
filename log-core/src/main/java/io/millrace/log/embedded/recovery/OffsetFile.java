package io.millrace.log.embedded.recovery;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.SegmentDirectory;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(OffsetFile.class);
    private static final int CRC = 8;
    private static final int SIZE = 12;
    private static final long DAMAGED = -1;

    /** What the offset means, and who knows it besides. */
    public enum Meaning {
        /** Everything below is durable (R1). */
        RECOVERY_POINT("recovery-point", "nobody knows which bytes of the log were durable"),
        /** Everything below is deleted, whatever files are left of it (R5). */
        LOG_START("log-start", "nobody knows where the log begins"),
        /** Records below are deleted, though the segment that begins there holds some of them; at most the recovery point (R7). */
        RECORDS_START("records-start", "nobody knows which records were deleted"),
        /** Below, no record is superseded by another one below. Without it the log is compacted from its start again, which changes nothing. */
        FIRST_DIRTY("first-dirty", "");

        private final String fileName;
        /** Empty if the log is as good without. */
        private final String consequence;

        Meaning(String fileName, String consequence) {
            this.fileName = fileName;
            this.consequence = consequence;
        }

        String fileName() {
            return fileName;
        }

        String consequence() {
            return consequence;
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

    /** @throws CorruptionException if the file is damaged and needed; it is only ever replaced as a whole, so a crash cannot do that */
    public static OffsetFile open(SegmentDirectory directory, Meaning meaning) {
        return open(directory, meaning, directory.storage().exists(pathOf(directory, meaning)));
    }

    /** @param isPresent whether there is a file */
    static OffsetFile open(SegmentDirectory directory, Meaning meaning, boolean isPresent) {
        String path = pathOf(directory, meaning);
        long written = 0;
        if (isPresent) {
            OptionalLong read = read(directory, path);
            if (read.isEmpty() && !meaning.consequence.isEmpty()) {
                throw new CorruptionException(directory.topicPartition() + ": " + path + " is damaged, so "
                        + meaning.consequence + ". " + LogFiles.advice(directory.storage()));
            }
            if (read.isEmpty()) {
                LOG.warn("{}: {} is damaged and not used", directory.topicPartition(), path);
            }
            written = read.orElse(0);
        }
        return new OffsetFile(directory, path, written);
    }

    /** The same for a repair, which goes on where it is damaged. */
    static OffsetFile openAnyhow(SegmentDirectory directory, Meaning meaning) {
        String path = pathOf(directory, meaning);
        boolean present = directory.storage().exists(path);
        return new OffsetFile(directory, path, present ? read(directory, path).orElse(DAMAGED) : 0);
    }

    static String pathOf(SegmentDirectory directory, Meaning meaning) {
        return directory.path() + '/' + meaning.fileName;
    }

    /** Empty if the file is damaged. */
    private static OptionalLong read(SegmentDirectory directory, String path) {
        if (directory.storage().size(path) != SIZE) {
            return OptionalLong.empty();
        }
        byte[] bytes = LogFiles.read(directory.storage(), path);
        ByteBuffer fields = ByteBuffer.wrap(bytes);
        boolean sound = fields.getInt(CRC) == crcOf(bytes) && fields.getLong(0) >= 0;
        return sound ? OptionalLong.of(fields.getLong(0)) : OptionalLong.empty();
    }

    /** True if a repair found the file damaged, and has not written another offset. */
    synchronized boolean isDamaged() {
        return written == DAMAGED;
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

    /** Writes another offset, durably, if it is another; for a repair, which gives up what is behind it, or before it. */
    synchronized void set(long offset) {
        if (offset != written) {
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
