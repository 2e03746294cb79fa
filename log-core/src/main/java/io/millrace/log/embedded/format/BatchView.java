package io.millrace.log.embedded.format;

import io.millrace.log.CorruptionException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A window onto one record batch in a byte array; owned by one thread, moved with {@link #wrap}. Every field is read from the bytes when
 * asked for. Only {@link #isValid} reads the records' bytes, for the checksum.
 */
public final class BatchView {
    private static final byte[] NOTHING = new byte[0];

    private byte[] array = NOTHING;
    private int at;
    private int size;

    /** A view of nothing; {@link #wrap} first. */
    public BatchView() {}

    /**
     * Moves the view onto the batch that begins at {@code offset}.
     *
     * @param available how many bytes from {@code offset} on are there; the batch may be shorter
     * @throws CorruptionException if no whole batch of this version begins here; the checksum is not looked at
     */
    public BatchView wrap(byte[] array, int offset, int available) {
        String fault = place(array, offset, available);
        if (fault != null) {
            throw new CorruptionException(fault);
        }
        return this;
    }

    /** The same for a reader that expects an end: false where {@link #wrap} throws, and then the view is not moved. */
    public boolean tryWrap(byte[] array, int offset, int available) {
        return place(array, offset, available) == null;
    }

    /** Lets go of the bytes, which may be many: there is nothing to see until the next {@link #wrap}. */
    public void release() {
        array = NOTHING;
        at = 0;
        size = 0;
    }

    private @Nullable String place(byte[] target, int offset, int available) {
        Objects.checkFromIndexSize(offset, available, target.length);
        if (available < BatchFormat.HEADER_SIZE) {
            return "A batch has a header of " + BatchFormat.HEADER_SIZE + " bytes, but only " + available + " are left";
        }
        int declared = BatchFormat.sizeInBytes(target, offset);
        if (declared < BatchFormat.HEADER_SIZE || declared > available) {
            return "A batch at base offset " + BatchFormat.baseOffset(target, offset) + " declares " + declared
                    + " bytes, but " + available + " are left";
        }
        byte magic = BatchFormat.magic(target, offset);
        if (magic != BatchFormat.MAGIC_V2) {
            return "A batch at base offset " + BatchFormat.baseOffset(target, offset) + " has format version " + magic
                    + "; only version 2 can be read";
        }
        array = target;
        at = offset;
        size = declared;
        return null;
    }

    public byte[] array() {
        return array;
    }

    /** The index of the batch's first byte in {@link #array}. */
    public int arrayOffset() {
        return at;
    }

    public int sizeInBytes() {
        return size;
    }

    public long baseOffset() {
        return BatchFormat.baseOffset(array, at);
    }

    public int lastOffsetDelta() {
        return BatchFormat.getInt(array, at + BatchFormat.LAST_OFFSET_DELTA);
    }

    public long lastOffset() {
        return baseOffset() + lastOffsetDelta();
    }

    /** The offset behind the batch. */
    public long nextOffset() {
        return lastOffset() + 1;
    }

    public int partitionLeaderEpoch() {
        return BatchFormat.getInt(array, at + BatchFormat.PARTITION_LEADER_EPOCH);
    }

    public int attributes() {
        return BatchFormat.getShort(array, at + BatchFormat.ATTRIBUTES);
    }

    public long baseTimestamp() {
        return BatchFormat.getLong(array, at + BatchFormat.BASE_TIMESTAMP);
    }

    public long maxTimestamp() {
        return BatchFormat.getLong(array, at + BatchFormat.MAX_TIMESTAMP);
    }

    public long producerId() {
        return BatchFormat.getLong(array, at + BatchFormat.PRODUCER_ID);
    }

    public boolean hasProducerId() {
        return producerId() > BatchFormat.NO_PRODUCER_ID;
    }

    public short producerEpoch() {
        return BatchFormat.getShort(array, at + BatchFormat.PRODUCER_EPOCH);
    }

    public int baseSequence() {
        return BatchFormat.getInt(array, at + BatchFormat.BASE_SEQUENCE);
    }

    public boolean hasSequence() {
        return baseSequence() != BatchFormat.NO_SEQUENCE;
    }

    /** The sequence of the last record, {@link BatchFormat#NO_SEQUENCE} if there is none. Also right when compaction removed records. */
    public int lastSequence() {
        int base = baseSequence();
        return base == BatchFormat.NO_SEQUENCE ? base : BatchFormat.addToSequence(base, lastOffsetDelta());
    }

    /** How many records the batch holds; fewer than its offsets, even 0, after compaction. */
    public int recordCount() {
        return BatchFormat.getInt(array, at + BatchFormat.RECORD_COUNT);
    }

    public boolean isTransactional() {
        return (attributes() & BatchFormat.TRANSACTIONAL) != 0;
    }

    public boolean isControl() {
        return (attributes() & BatchFormat.CONTROL) != 0;
    }

    /** The codec of the records; 0 for none. */
    public int codec() {
        return attributes() & BatchFormat.CODEC_MASK;
    }

    public boolean isCompressed() {
        return codec() != 0;
    }

    /** True if {@link #baseTimestamp} is the time from which on compaction may remove the batch's tombstones, or the marker that it is. */
    public boolean hasDeleteHorizon() {
        return (attributes() & BatchFormat.DELETE_HORIZON) != 0;
    }

    /** True if all records carry {@link #maxTimestamp}, the time of their append, instead of their own. */
    public boolean hasLogAppendTime() {
        return (attributes() & BatchFormat.LOG_APPEND_TIME) != 0;
    }

    /** The CRC-32C that stands in the header. */
    public int crc() {
        return BatchFormat.getInt(array, at + BatchFormat.CRC);
    }

    /** True if the batch is whole and unchanged, as far as the batch alone can tell: see the package about the base offset. */
    public boolean isValid() {
        return fault() == null;
    }

    /** @throws CorruptionException that says what is wrong, if the batch is not valid */
    public void checkValid() {
        String fault = fault();
        if (fault != null) {
            throw new CorruptionException(fault);
        }
    }

    /** What is wrong with the batch, or null if it is valid. */
    public @Nullable String fault() {
        int expected = BatchFormat.getInt(array, at + BatchFormat.CRC);
        int computed = BatchFormat.computeCrc(array, at, size);
        if (expected != computed) {
            return String.format(
                    Locale.ROOT,
                    "A batch at base offset %d of %d bytes has checksum %08x, but its bytes give %08x",
                    baseOffset(),
                    size,
                    expected,
                    computed);
        }
        int delta = lastOffsetDelta();
        if (delta < 0 || baseOffset() < 0 || baseOffset() > Long.MAX_VALUE - delta) {
            return "A batch at base offset " + baseOffset() + " has last offset delta " + delta;
        }
        return recordCountFault(delta);
    }

    private @Nullable String recordCountFault(int lastOffsetDelta) {
        int count = recordCount();
        int room = size - BatchFormat.HEADER_SIZE;
        boolean tooMany = !isCompressed() && count > room / RecordFormat.SMALLEST_RECORD;
        if (count < 0 || count > lastOffsetDelta + 1L || tooMany) {
            return "A batch at base offset " + baseOffset() + " declares " + count + " records in " + room
                    + " bytes and " + (lastOffsetDelta + 1L) + " offsets";
        }
        return null;
    }

    /**
     * Points the iterator before the first record. The view may be moved meanwhile; the array must stay as it is.
     *
     * @throws CorruptionException if the batch is compressed and its bytes are not what its codec writes
     * @throws io.millrace.log.LogException with STOP if it inflates to more than the iterator's limit, or its codec is not known
     */
    public RecordIterator records(RecordIterator iterator) {
        return iterator.reset(this);
    }
}
