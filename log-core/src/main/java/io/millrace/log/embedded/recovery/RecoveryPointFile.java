package io.millrace.log.embedded.recovery;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.SegmentDirectory;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The recovery point of a partition, as it is written down. Safe for use by several threads; it never goes back.
 *
 * <table>
 * <caption>The file {@code recovery-point}, 12 bytes, big-endian</caption>
 * <tr><th>Offset</th><th>Type</th><th>Field</th></tr>
 * <tr><td>0</td><td>i64</td><td>recovery point: an offset</td></tr>
 * <tr><td>8</td><td>u32</td><td>CRC-32C of the bytes before</td></tr>
 * </table>
 */
public final class RecoveryPointFile {
    private static final String NAME = "recovery-point";
    private static final int CRC = 8;
    private static final int SIZE = 12;

    private final SegmentDirectory directory;
    private final String path;
    private long written;

    private RecoveryPointFile(SegmentDirectory directory, String path, long written) {
        this.directory = directory;
        this.path = path;
        this.written = written;
    }

    /** @throws CorruptionException if the file is damaged; it is only ever replaced as a whole, so a crash cannot do that */
    public static RecoveryPointFile open(SegmentDirectory directory) {
        String path = directory.path() + '/' + NAME;
        long written = 0;
        if (directory.storage().exists(path)) {
            byte[] bytes = LogFiles.read(directory.storage(), path);
            ByteBuffer fields = ByteBuffer.wrap(bytes);
            if (bytes.length != SIZE || fields.getInt(CRC) != crcOf(bytes) || fields.getLong(0) < 0) {
                throw new CorruptionException(directory.topicPartition() + ": " + path
                        + " is damaged, so nobody knows which bytes of the log are durable. To recover the log up to its"
                        + " first bad batch nevertheless, delete that file.");
            }
            written = fields.getLong(0);
        }
        return new RecoveryPointFile(directory, path, written);
    }

    /** The offset that stands in the file, 0 if there is none. */
    public synchronized long written() {
        return written;
    }

    /** Writes a later recovery point, durably; an earlier one is ignored. Everything below it must be durable (R1). */
    public synchronized void advanceTo(long recoveryPoint) {
        if (recoveryPoint > written) {
            byte[] bytes = new byte[SIZE];
            ByteBuffer fields = ByteBuffer.wrap(bytes);
            fields.putLong(0, recoveryPoint);
            fields.putInt(CRC, crcOf(bytes));
            LogFiles.replace(directory.storage(), path, bytes, true);
            directory.storage().syncDirectory(directory.path());
            written = recoveryPoint;
        }
    }

    private static int crcOf(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC);
        return (int) crc.getValue();
    }
}
