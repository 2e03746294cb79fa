package io.millrace.log.embedded.segment;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.format.BatchMemory;
import io.millrace.log.embedded.format.BatchView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Goes over all batches of a segment's file and checks each one's checksum, and that it begins where the one before ends, which its checksum
 * does not cover. Owned by one thread.
 */
public final class BatchScanner {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Segment segment;
    private final long end;
    private final BatchView batch = new BatchView();

    private byte[] buffer = new byte[0];
    private long bufferStart;
    private int buffered;
    private long position;
    private boolean holesAllowed;
    private long nextPosition;
    /** Where the next batch has to begin; −1 for anywhere. */
    private long expectedOffset;

    private @Nullable String fault;

    /** @param end where to stop: nothing is read behind it */
    public BatchScanner(Segment segment, long from, long end) {
        this.segment = segment;
        this.end = end;
        nextPosition = from;
        bufferStart = from;
        expectedOffset = from == 0 ? segment.baseOffset() : -1;
    }

    /** From now on a batch may begin anywhere, as in segments that Kafka has compacted. */
    public BatchScanner allowingHoles() {
        holesAllowed = true;
        return this;
    }

    /** Moves to the next batch. @return false at the end and at what is no valid batch: then {@link #fault} says what is wrong */
    public boolean next() {
        position = nextPosition;
        if (position >= end) {
            return false;
        }
        fault = load();
        if (fault == null) {
            fault = batch.fault();
        }
        if (fault == null && !holesAllowed && expectedOffset >= 0 && batch.baseOffset() != expectedOffset) {
            fault = "a batch has base offset " + batch.baseOffset() + ", and the one before ends with "
                    + (expectedOffset - 1);
        }
        if (fault != null) {
            return false;
        }
        nextPosition = position + batch.sizeInBytes();
        expectedOffset = batch.nextOffset();
        return true;
    }

    /** The batch that {@link #next} moved to; its bytes are valid until the next move. */
    public BatchView batch() {
        return batch;
    }

    /** Where in the file the batch, or what is none, begins. */
    public long position() {
        return position;
    }

    /** What is wrong at {@link #position}, or null. */
    public @Nullable String fault() {
        return fault;
    }

    private @Nullable String load() {
        long rest = end - position;
        ensure((int) Math.min(rest, BatchFormat.HEADER_SIZE));
        int at = (int) (position - bufferStart);
        if (rest >= BatchFormat.HEADER_SIZE) {
            int size = BatchFormat.sizeInBytes(buffer, at);
            if (size >= BatchFormat.HEADER_SIZE && size <= rest) {
                ensure(size);
                at = (int) (position - bufferStart);
            }
        }
        try {
            batch.wrap(buffer, at, buffered - at);
            return null;
        } catch (CorruptionException noBatch) {
            return noBatch.getMessage();
        }
    }

    /** Sees to it that {@code needed} bytes from the position on are in the buffer; they are within the file. */
    private void ensure(int needed) {
        if (position + needed <= bufferStart + buffered) {
            return;
        }
        long rest = end - position;
        int capacity = (int) Math.min(rest, Math.max(needed, BUFFER_BYTES));
        if (buffer.length < capacity) {
            buffer = capacity > BUFFER_BYTES ? large(capacity) : new byte[capacity];
        }
        ByteBuffer target = ByteBuffer.wrap(buffer, 0, capacity);
        bufferStart = position;
        buffered = segment.read(position, target);
    }

    /** The header of what is that large stands in the buffer. What was read there before is let go of first: two of them may be too much. */
    private byte[] large(int capacity) {
        long baseOffset = BatchFormat.baseOffset(buffer, (int) (position - bufferStart));
        buffered = 0;
        buffer = new byte[0];
        batch.release();
        return BatchMemory.allocate(capacity, segment.topicPartition(), baseOffset);
    }
}
