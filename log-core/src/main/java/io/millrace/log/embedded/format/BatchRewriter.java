package io.millrace.log.embedded.format;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.LogRecord;
import io.millrace.log.TopicPartition;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Writes batches again with fewer records, for compaction; owned by one thread. A batch keeps its base and last offset, its producer and its
 * sequences; a record keeps its offset, timestamp and bytes. What is returned is valid until the next call.
 */
public final class BatchRewriter implements AutoCloseable {
    private final RecordIterator records;
    private final BatchCompressor compressor;
    private byte[] array = new byte[BatchFormat.HEADER_SIZE];
    private int length;

    public BatchRewriter(TopicPartition topicPartition, int maxInflatedBytes) {
        records = new RecordIterator(topicPartition, maxInflatedBytes);
        compressor = new BatchCompressor(maxInflatedBytes);
    }

    /**
     * The batch with those of its records that are kept, at least one; compressed as it was.
     *
     * @param deleteHorizon the time from which on its tombstones, or the marker that it is, may be removed;
     *     {@link BatchFormat#NO_TIMESTAMP} to leave what it says of that as it is
     */
    public ByteBuffer filtered(BatchView batch, Predicate<LogRecord> kept, long deleteHorizon) {
        boolean sets = deleteHorizon != BatchFormat.NO_TIMESTAMP;
        long baseTimestamp = sets ? deleteHorizon : batch.baseTimestamp();
        length = BatchFormat.HEADER_SIZE;
        int count = 0;
        batch.records(records);
        while (records.next()) {
            if (kept.test(records)) {
                put(batch.baseOffset(), baseTimestamp);
                count++;
            }
        }
        int attributes = (batch.attributes() & ~BatchFormat.CODEC_MASK) | (sets ? BatchFormat.DELETE_HORIZON : 0);
        int size = batch.isCompressed()
                ? compressor.compress(array, length, Compression.of(Codec.values()[batch.codec()]))
                : -1;
        if (size < 0) {
            return finish(array, length, batch, attributes, baseTimestamp, count);
        }
        return finish(compressor.array(), size, batch, attributes | batch.codec(), baseTimestamp, count);
    }

    private void put(long baseOffset, long baseTimestamp) {
        long timestampDelta = records.timestamp() - baseTimestamp;
        int offsetDelta = (int) (records.offset() - baseOffset);
        int headers = records.headersEnd() - records.headersStart();
        long body = 1L
                + RecordFormat.sizeOfVarlong(timestampDelta)
                + RecordFormat.sizeOfVarint(offsetDelta)
                + RecordFormat.sizeOfBytes(records.key())
                + RecordFormat.sizeOfBytes(records.value())
                + headers;
        int bodySize = Math.toIntExact(body);
        int end = Math.addExact(length, Math.addExact(RecordFormat.sizeOfVarint(bodySize), bodySize));
        if (end > array.length) {
            array = Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(end, array.length * 2L)));
        }
        int at = RecordFormat.putVarint(array, length, bodySize);
        array[at++] = 0;
        at = RecordFormat.putVarlong(array, at, timestampDelta);
        at = RecordFormat.putVarint(array, at, offsetDelta);
        at = RecordFormat.putBytes(array, at, records.key());
        at = RecordFormat.putBytes(array, at, records.value());
        System.arraycopy(records.array(), records.headersStart(), array, at, headers);
        length = end;
    }

    private static ByteBuffer finish(
            byte[] target, int size, BatchView batch, int attributes, long baseTimestamp, int recordCount) {
        BatchFormat.Fields fields = new BatchFormat.Fields(
                attributes,
                batch.lastOffsetDelta(),
                baseTimestamp,
                batch.maxTimestamp(),
                batch.producerId(),
                batch.producerEpoch(),
                batch.baseSequence(),
                recordCount);
        BatchFormat.writeHeader(target, 0, size, fields);
        BatchFormat.setBaseOffset(target, 0, batch.baseOffset());
        return ByteBuffer.wrap(target, 0, size);
    }

    /** The batch without its records: it says of its producer what it said. */
    public static ByteBuffer emptied(BatchView batch) {
        byte[] header = new byte[BatchFormat.HEADER_SIZE];
        int attributes = batch.attributes() & ~(BatchFormat.CODEC_MASK | BatchFormat.DELETE_HORIZON);
        return finish(header, header.length, batch, attributes, BatchFormat.NO_TIMESTAMP, 0);
    }

    /** A batch without records or producer, that takes the place of what was removed. */
    public static ByteBuffer filler(long baseOffset, long endOffset) {
        byte[] header = new byte[BatchFormat.HEADER_SIZE];
        BatchFormat.Fields fields = new BatchFormat.Fields(
                0,
                Math.toIntExact(endOffset - baseOffset - 1),
                BatchFormat.NO_TIMESTAMP,
                BatchFormat.NO_TIMESTAMP,
                BatchFormat.NO_PRODUCER_ID,
                BatchFormat.NO_PRODUCER_EPOCH,
                BatchFormat.NO_SEQUENCE,
                0);
        BatchFormat.writeHeader(header, 0, header.length, fields);
        BatchFormat.setBaseOffset(header, 0, baseOffset);
        return ByteBuffer.wrap(header);
    }

    @Override
    public void close() {
        compressor.close();
    }
}
