package io.millrace.log.embedded.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sparse offset index of a segment. One thread appends, any thread looks up without a lock: entries never change and
 * {@code count} publishes them.
 *
 * <table>
 * <caption>An entry of a {@code .index} file, 8 bytes, big-endian; both fields rise</caption>
 * <tr><th>Offset</th><th>Type</th><th>Field</th></tr>
 * <tr><td>0</td><td>i32</td><td>last offset of a batch − base offset of the segment</td></tr>
 * <tr><td>4</td><td>i32</td><td>position of that batch in the segment's file</td></tr>
 * </table>
 */
public final class OffsetIndex {
    private static final int ENTRY_SIZE = 8;

    /** An entry as it stands in the file: relative offset in the upper half, position in the lower. */
    private long[] entries;

    private volatile int count;

    public OffsetIndex() {
        entries = new long[16];
    }

    private OffsetIndex(long[] entries, int count) {
        this.entries = entries;
        this.count = count;
    }

    public int count() {
        return count;
    }

    public void append(int relativeOffset, int position) {
        int at = count;
        if (at == entries.length) {
            entries = Arrays.copyOf(entries, at * 2);
        }
        entries[at] = (long) relativeOffset << 32 | position;
        publish(at + 1);
    }

    /** Only the writer calls this, so nothing is lost between reading and writing the count. */
    private void publish(int newCount) {
        count = newCount;
    }

    /** The entry with the largest relative offset that is not above the given one; −1 if there is none. */
    public int floor(int relativeOffset) {
        int low = 0;
        int high = count - 1;
        long[] present = entries;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if ((int) (present[middle] >>> 32) <= relativeOffset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    public int relativeOffset(int entry) {
        return (int) (entries[entry] >>> 32);
    }

    public int position(int entry) {
        return (int) entries[entry];
    }

    /** The entries below a relative offset, as an index of its own. */
    OffsetIndex below(int relativeOffset) {
        int kept = floor(relativeOffset - 1) + 1;
        return new OffsetIndex(Arrays.copyOf(entries, Math.max(16, kept)), kept);
    }

    public byte[] encode() {
        int present = count;
        ByteBuffer bytes = ByteBuffer.allocate(present * ENTRY_SIZE);
        for (int i = 0; i < present; i++) {
            bytes.putLong(entries[i]);
        }
        return bytes.array();
    }

    /** The index that these bytes are; null if they are none, which is possible after a crash and no error: entries are hints (G2). */
    public static @Nullable OffsetIndex decode(byte[] file, long segmentSize) {
        if (file.length % ENTRY_SIZE != 0) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(file);
        long[] entries = new long[file.length / ENTRY_SIZE];
        for (int i = 0; i < entries.length; i++) {
            long entry = bytes.getLong();
            int position = (int) entry;
            boolean rises = i == 0
                    ? entry >= 0 && position >= 0
                    : entry >>> 32 > entries[i - 1] >>> 32 && position > (int) entries[i - 1];
            if (!rises || entry < 0 || position >= segmentSize) {
                return null;
            }
            entries[i] = entry;
        }
        return new OffsetIndex(entries.length == 0 ? new long[16] : entries, entries.length);
    }
}
