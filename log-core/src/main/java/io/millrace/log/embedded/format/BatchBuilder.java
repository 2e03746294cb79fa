package io.millrace.log.embedded.format;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.Header;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds one record batch after the other in the same memory; owned by one thread. {@link #begin}, any number of {@link #append}, then
 * {@link #finish}. Records are encoded as they arrive, so their bytes are touched once.
 */
public final class BatchBuilder {
    /** The largest {@link #capacity}. */
    public static final int LARGEST_CAPACITY = Integer.MAX_VALUE - 8;

    private static final byte[] NO_MEMORY = new byte[0];

    private byte[] array;
    private int length = BatchFormat.HEADER_SIZE;
    private int recordCount;
    private long baseTimestamp;
    private long maxTimestamp;
    private long producerId = BatchFormat.NO_PRODUCER_ID;
    private short producerEpoch = BatchFormat.NO_PRODUCER_EPOCH;
    private boolean transactional;

    /** Has no memory until it {@linkplain #grow grows}, or the first {@link #append}. */
    public BatchBuilder() {
        array = NO_MEMORY;
    }

    public BatchBuilder(int initialCapacity) {
        array = new byte[Math.max(initialCapacity, BatchFormat.HEADER_SIZE)];
    }

    /**
     * Drops what was built and starts an empty batch.
     *
     * @param producerId {@link BatchFormat#NO_PRODUCER_ID} for a batch without idempotence; then the epoch is
     *     {@link BatchFormat#NO_PRODUCER_EPOCH}
     */
    public void begin(long producerId, short producerEpoch, boolean transactional) {
        if ((producerId < 0) != (producerEpoch < 0)) {
            throw new IllegalArgumentException(
                    "Producer id and epoch go together, got id " + producerId + " and epoch " + producerEpoch);
        }
        if (transactional && producerId < 0) {
            throw new IllegalArgumentException("A transactional batch needs a producer id");
        }
        this.producerId = producerId;
        this.producerEpoch = producerEpoch;
        this.transactional = transactional;
        length = BatchFormat.HEADER_SIZE;
        recordCount = 0;
    }

    /** Adds a record; the bytes are copied. Takes more memory where there is none for it. */
    public void append(long timestamp, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        if (!tryAppend(timestamp, key, value, headers)) {
            long doubled = Math.min(LARGEST_CAPACITY, 2L * array.length);
            grow((int) Math.max(sizeWith(timestamp, key, value, headers), doubled));
            tryAppend(timestamp, key, value, headers);
        }
    }

    /**
     * Adds a record if it fits into the memory that there is; the bytes are copied.
     *
     * @return false if it does not fit: nothing was changed
     */
    public boolean tryAppend(long timestamp, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        if (timestamp < 0) {
            throw new IllegalArgumentException("A timestamp is 0 or more, got " + timestamp);
        }
        long timestampDelta = recordCount == 0 ? 0 : timestamp - baseTimestamp;
        long bodySize = RecordFormat.bodySize(timestampDelta, recordCount, key, value, headers);
        int free = array.length - length;
        if (bodySize > free) {
            return false;
        }
        int body = (int) bodySize;
        if (RecordFormat.sizeOfVarint(body) + body > free) {
            return false;
        }
        if (recordCount == 0) {
            baseTimestamp = timestamp;
            maxTimestamp = timestamp;
        } else if (timestamp > maxTimestamp) {
            maxTimestamp = timestamp;
        }
        length = RecordFormat.put(array, length, body, timestampDelta, recordCount, key, value, headers);
        recordCount++;
        return true;
    }

    /** The {@linkplain #sizeInBytes size} that the batch would have with this record too. */
    public int sizeWith(long timestamp, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        long timestampDelta = recordCount == 0 ? 0 : timestamp - baseTimestamp;
        long bodySize = RecordFormat.bodySize(timestampDelta, recordCount, key, value, headers);
        if (bodySize > LARGEST_CAPACITY - 5 - length) {
            throw new IllegalArgumentException(
                    "A batch holds at most 2 GiB; it has " + length + " bytes and the record takes " + bodySize);
        }
        return length + RecordFormat.sizeOfVarint((int) bodySize) + (int) bodySize;
    }

    /** How many bytes of memory this holds: the size up to which the batch fits. */
    public int capacity() {
        return array.length;
    }

    /** Moves to memory of so many bytes, at least {@link #sizeInBytes}; the former goes. */
    public void grow(int capacity) {
        if (capacity < length) {
            throw new IllegalArgumentException("A batch of " + length + " bytes does not fit into " + capacity);
        }
        array = Arrays.copyOf(array, capacity);
    }

    /** Lets all memory go. @throws IllegalStateException if there are records in it */
    public void release() {
        if (recordCount != 0) {
            throw new IllegalStateException(
                    "A batch under construction needs its memory; it has " + recordCount + " records");
        }
        array = NO_MEMORY;
    }

    public int recordCount() {
        return recordCount;
    }

    public boolean isEmpty() {
        return recordCount == 0;
    }

    /** The size of the batch with the records so far, not compressed. */
    public int sizeInBytes() {
        return length;
    }

    public long producerId() {
        return producerId;
    }

    public short producerEpoch() {
        return producerEpoch;
    }

    /**
     * Completes the batch and compresses it, as {@link #finish(int)} otherwise. It stays as it is if that would not make it smaller, or it
     * is too large for the compressor.
     *
     * @return the bytes of the batch, valid until the next {@link #begin} of this builder or the compressor's next use
     * @throws io.millrace.log.LogException with STOP if this machine has no library for the codec; the batch is still there
     */
    public ByteBuffer finish(int baseSequence, Compression compression, BatchCompressor compressor) {
        check(baseSequence);
        int size = compression.codec() == Codec.NONE ? -1 : compressor.compress(array, length, compression);
        if (size < 0) {
            return finish(baseSequence);
        }
        BatchFormat.writeHeader(
                compressor.array(),
                0,
                size,
                fields(baseSequence, compression.codec().ordinal()));
        return ByteBuffer.wrap(compressor.array(), 0, size);
    }

    /**
     * Completes the batch: base offset 0, leader epoch −1, checksum. Until {@link #begin} or {@link #append}, finishing again with
     * another sequence is allowed and rewrites the same bytes.
     *
     * @param baseSequence the sequence of the first record, {@link BatchFormat#NO_SEQUENCE} without idempotence
     * @return the bytes of the batch, from position to limit, with an accessible array; valid until the next {@link #begin}
     */
    public ByteBuffer finish(int baseSequence) {
        check(baseSequence);
        BatchFormat.writeHeader(array, 0, length, fields(baseSequence, 0));
        return ByteBuffer.wrap(array, 0, length);
    }

    private void check(int baseSequence) {
        if (recordCount == 0) {
            throw new IllegalStateException("A batch without records cannot be finished");
        }
        if (producerId < 0 && baseSequence != BatchFormat.NO_SEQUENCE) {
            throw new IllegalArgumentException("A batch without producer id has no sequence, got " + baseSequence);
        }
    }

    private BatchFormat.Fields fields(int baseSequence, int codec) {
        return new BatchFormat.Fields(
                codec | (transactional ? BatchFormat.TRANSACTIONAL : 0),
                recordCount - 1,
                baseTimestamp,
                maxTimestamp,
                producerId,
                producerEpoch,
                baseSequence,
                recordCount);
    }
}
