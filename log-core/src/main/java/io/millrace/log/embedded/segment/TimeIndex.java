package io.millrace.log.embedded.segment;

import io.millrace.log.embedded.format.BatchFormat;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sparse time index of a segment: an entry says that no batch up to that offset is younger than that timestamp. Owned by the segment's
 * writer; other threads read the file of a closed segment.
 *
 * <table>
 * <caption>An entry of a {@code .timeindex} file, 12 bytes, big-endian; both fields rise</caption>
 * <tr><th>Offset</th><th>Type</th><th>Field</th></tr>
 * <tr><td>0</td><td>i64</td><td>largest timestamp so far, milliseconds</td></tr>
 * <tr><td>8</td><td>i32</td><td>last offset of the batch that has it − base offset of the segment</td></tr>
 * </table>
 */
public final class TimeIndex {
    private static final int ENTRY_SIZE = 12;

    private long[] timestamps = new long[16];
    private int[] relativeOffsets = new int[16];
    private int count;

    public TimeIndex() {}

    public int count() {
        return count;
    }

    public long timestamp(int entry) {
        return timestamps[entry];
    }

    public int relativeOffset(int entry) {
        return relativeOffsets[entry];
    }

    /** The largest timestamp in the index, −1 if it is empty. */
    public long lastTimestamp() {
        return count == 0 ? BatchFormat.NO_TIMESTAMP : timestamps[count - 1];
    }

    /** Adds an entry if its timestamp is larger than the last one. @return whether it was added */
    public boolean maybeAppend(long timestamp, int relativeOffset) {
        if (timestamp <= lastTimestamp()) {
            return false;
        }
        if (count == timestamps.length) {
            timestamps = Arrays.copyOf(timestamps, count * 2);
            relativeOffsets = Arrays.copyOf(relativeOffsets, count * 2);
        }
        timestamps[count] = timestamp;
        relativeOffsets[count] = relativeOffset;
        count++;
        return true;
    }

    /** The last entry that is older than the timestamp, and so are all batches up to its offset; −1 if there is none. */
    public int lastOlderThan(long timestamp) {
        int found = Arrays.binarySearch(timestamps, 0, count, timestamp);
        return (found >= 0 ? found : -found - 1) - 1;
    }

    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(count * ENTRY_SIZE);
        for (int i = 0; i < count; i++) {
            bytes.putLong(timestamps[i]).putInt(relativeOffsets[i]);
        }
        return bytes.array();
    }

    /** The index that these bytes are; null if they are none (G2). */
    public static @Nullable TimeIndex decode(byte[] file) {
        if (file.length % ENTRY_SIZE != 0) {
            return null;
        }
        TimeIndex index = new TimeIndex();
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int lastOffset = -1;
        while (bytes.hasRemaining()) {
            long timestamp = bytes.getLong();
            int relativeOffset = bytes.getInt();
            if (relativeOffset <= lastOffset || !index.maybeAppend(timestamp, relativeOffset)) {
                return null;
            }
            lastOffset = relativeOffset;
        }
        return index;
    }
}
