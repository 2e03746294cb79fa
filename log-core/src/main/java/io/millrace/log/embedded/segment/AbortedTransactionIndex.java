package io.millrace.log.embedded.segment;

import io.millrace.log.CorruptionException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The aborted transactions whose markers stand in a segment, in the order of the markers. One thread appends, any thread looks up without a
 * lock: entries never change and {@code count} publishes them.
 *
 * <table>
 * <caption>An entry of a {@code .txnindex} file, 34 bytes, big-endian</caption>
 * <tr><th>Offset</th><th>Type</th><th>Field</th></tr>
 * <tr><td>0</td><td>i16</td><td>version: 0</td></tr>
 * <tr><td>2</td><td>i64</td><td>producer id</td></tr>
 * <tr><td>10</td><td>i64</td><td>first offset of the transaction in this partition</td></tr>
 * <tr><td>18</td><td>i64</td><td>last offset: that of the marker; rises from entry to entry</td></tr>
 * <tr><td>26</td><td>i64</td><td>last stable offset after the abort: what ends later has no records below it</td></tr>
 * </table>
 *
 * <p>Behind the entries stands a CRC-32C of them, u32: a damaged entry would show aborted records. Kafka's readers pass over what is shorter
 * than an entry.
 */
public final class AbortedTransactionIndex {
    private static final int ENTRY_SIZE = 34;
    private static final short VERSION = 0;
    private static final int CRC_SIZE = 4;
    private static final int FIELDS = 4;

    /** Producer id, first offset, last offset, last stable offset; entry after entry. */
    private long[] entries = new long[0];

    private volatile int count;

    public AbortedTransactionIndex() {}

    public int count() {
        return count;
    }

    public void append(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {
        int present = count;
        if (present > 0 && lastOffset <= lastOffset(present - 1)) {
            throw new IllegalArgumentException(
                    "The marker at " + lastOffset + " is indexed behind one at " + lastOffset(present - 1));
        }
        int at = present * FIELDS;
        if (at == entries.length) {
            entries = Arrays.copyOf(entries, Math.max(8 * FIELDS, at * 2));
        }
        entries[at] = producerId;
        entries[at + 1] = firstOffset;
        entries[at + 2] = lastOffset;
        entries[at + 3] = lastStableOffset;
        publish(present + 1);
    }

    /** Only the writer calls this, so nothing is lost between reading and writing the count. */
    private void publish(int newCount) {
        count = newCount;
    }

    /** The first entry whose marker stands behind {@code offset}; {@link #count} if there is none. */
    public int firstEndingAfter(long offset) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (lastOffset(middle) <= offset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    public long producerId(int entry) {
        return entries[entry * FIELDS];
    }

    public long firstOffset(int entry) {
        return entries[entry * FIELDS + 1];
    }

    public long lastOffset(int entry) {
        return entries[entry * FIELDS + 2];
    }

    public long lastStableOffset(int entry) {
        return entries[entry * FIELDS + 3];
    }

    /** The entries whose markers stand below an offset, as an index of its own. */
    public AbortedTransactionIndex below(long offset) {
        AbortedTransactionIndex kept = new AbortedTransactionIndex();
        for (int i = 0; i < count && lastOffset(i) < offset; i++) {
            kept.append(producerId(i), firstOffset(i), lastOffset(i), lastStableOffset(i));
        }
        return kept;
    }

    /**
     * What the file of a segment says, null if it says nothing that can be relied on: it is gone, or damaged, or being written at this moment
     * by the log's owner.
     */
    public static @Nullable AbortedTransactionIndex readIfSound(SegmentDirectory directory, long baseOffset) {
        byte[] file = LogFiles.readIfPresent(directory.storage(), directory.file(baseOffset, LogFiles.ABORTED_INDEX));
        if (file == null) {
            return null;
        }
        try {
            return decode(file, baseOffset);
        } catch (CorruptionException damaged) {
            return null;
        }
    }

    public byte[] encode() {
        int present = count;
        ByteBuffer bytes = ByteBuffer.allocate(present * ENTRY_SIZE + CRC_SIZE);
        for (int i = 0; i < present; i++) {
            bytes.putShort(VERSION)
                    .putLong(producerId(i))
                    .putLong(firstOffset(i))
                    .putLong(lastOffset(i))
                    .putLong(lastStableOffset(i));
        }
        bytes.putInt(crcOf(bytes.array()));
        return bytes.array();
    }

    private static int crcOf(byte[] file) {
        CRC32C crc = new CRC32C();
        crc.update(file, 0, file.length - CRC_SIZE);
        return (int) crc.getValue();
    }

    /** @throws CorruptionException if these are not the bytes of an index whose markers stand from {@code baseOffset} on */
    public static AbortedTransactionIndex decode(byte[] file, long baseOffset) {
        if (file.length % ENTRY_SIZE != CRC_SIZE) {
            throw new CorruptionException("An aborted-transaction index has " + file.length
                    + " bytes, which are no entries of " + ENTRY_SIZE + " and a checksum");
        }
        AbortedTransactionIndex index = new AbortedTransactionIndex();
        ByteBuffer bytes = ByteBuffer.wrap(file, 0, file.length - CRC_SIZE);
        if (ByteBuffer.wrap(file).getInt(bytes.limit()) != crcOf(file)) {
            throw new CorruptionException("The checksum of an aborted-transaction index does not match its bytes");
        }
        long lastMarker = baseOffset - 1;
        while (bytes.hasRemaining()) {
            short version = bytes.getShort();
            long producerId = bytes.getLong();
            long firstOffset = bytes.getLong();
            long lastOffset = bytes.getLong();
            long lastStableOffset = bytes.getLong();
            boolean plausible = producerId >= 0 && firstOffset >= 0 && firstOffset < lastOffset;
            if (version != VERSION || !plausible || lastOffset <= lastMarker) {
                throw new CorruptionException("Entry " + index.count()
                        + " of an aborted-transaction index is none: version " + version + ", producer " + producerId
                        + ", offsets " + firstOffset + " to " + lastOffset);
            }
            index.append(producerId, firstOffset, lastOffset, lastStableOffset);
            lastMarker = lastOffset;
        }
        return index;
    }
}
