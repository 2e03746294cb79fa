package io.millrace.log.embedded.segment;

import io.millrace.log.CorruptionException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.platform.StorageFile;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The data file of a segment: finds batches in it by their headers, and stays open as long as somebody uses it. The segment's writer writes,
 * any thread reads.
 */
final class SegmentFile implements AutoCloseable {
    private final SegmentDirectory directory;
    private final long baseOffset;
    private final StorageFile file;

    /** One for the log that the segment is part of, and one for each who reads; the file is closed with the last. */
    private final AtomicInteger uses = new AtomicInteger(1);

    private final AtomicBoolean closed = new AtomicBoolean();

    SegmentFile(SegmentDirectory directory, long baseOffset, StorageFile file) {
        this.directory = directory;
        this.baseOffset = baseOffset;
        this.file = file;
    }

    String path() {
        return directory.file(baseOffset, LogFiles.LOG);
    }

    long append(ByteBuffer bytes) {
        return file.append(bytes);
    }

    void truncate(long size) {
        file.truncate(size);
    }

    void force() {
        file.force();
    }

    long size() {
        return file.size();
    }

    int readAt(long position, ByteBuffer target) {
        return file.readAt(position, target);
    }

    /**
     * The position of the first batch from {@code position} on, where one begins, that ends at or behind {@code offset};
     * {@code endPosition} if there is none.
     */
    long locate(long offset, long position, long endPosition) {
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        for (long at = position; at < endPosition; ) {
            long size = readHeader(at, endPosition, header);
            if (size < 0) {
                throw damagedAt(at, "no batch begins there, on the way to offset " + offset);
            }
            if (lastOffset(header) >= offset) {
                return at;
            }
            at += size;
        }
        return endPosition;
    }

    /** The offset behind the last batch; one begins at {@code position}. @throws CorruptionException if something else stands on the way */
    long endOffset(long position, long endPosition) {
        return endOffset(position, endPosition, false);
    }

    /** The same, but that it ends before what is no batch. */
    long reachedOffset(long position, long endPosition) {
        return endOffset(position, endPosition, true);
    }

    private long endOffset(long position, long endPosition, boolean endsAtDamage) {
        long next = baseOffset;
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        for (long at = position; at < endPosition; ) {
            long size = readHeader(at, endPosition, header);
            if (size < 0 && endsAtDamage) {
                return next;
            }
            if (size < 0) {
                throw damagedAt(at, "no batch begins there");
            }
            next = lastOffset(header) + 1;
            at += size;
        }
        return next;
    }

    /**
     * Where the batch with this base offset stands, or where it will if the file ends right before it; −1 if neither is so. Looks from
     * {@code position} on, where a batch before it begins.
     */
    long startOf(long offset, long position, long endPosition) {
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        long at = position;
        long next = baseOffset;
        while (next != offset) {
            long size = readHeader(at, endPosition, header);
            if (size < 0 || lastOffset(header) >= offset) {
                return -1;
            }
            next = lastOffset(header) + 1;
            at += size;
        }
        return at;
    }

    /** The largest timestamp of all batches, −1 if none has one. */
    long largestTimestamp(long endPosition) {
        long largest = BatchFormat.NO_TIMESTAMP;
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        for (long at = 0; at < endPosition; ) {
            long size = readHeader(at, endPosition, header);
            if (size < 0) {
                throw damagedAt(at, "no batch begins there");
            }
            largest = Math.max(largest, header.getLong(BatchFormat.MAX_TIMESTAMP));
            at += size;
        }
        return largest;
    }

    TopicPartition topicPartition() {
        return directory.topicPartition();
    }

    /** The error for bytes that are not what was written. */
    CorruptionException damagedAt(long position, String what) {
        return new CorruptionException(
                "The log of " + directory.topicPartition() + " is damaged at position " + position
                        + " of " + path() + ": " + what + ". Nothing behind it is read. "
                        + LogFiles.advice(directory.storage()));
    }

    /** The base offset of the batch at a position, if there is one that ends at {@code lastOffset}; otherwise −1. */
    long baseOffsetIfAt(long position, long lastOffset, long endPosition) {
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        boolean there = readHeader(position, endPosition, header) >= 0 && lastOffset(header) == lastOffset;
        return there ? header.getLong(BatchFormat.BASE_OFFSET) : -1;
    }

    /** The largest timestamp of the batch at a position, if there is one that ends at {@code lastOffset}; otherwise −1. */
    long maxTimestampIfAt(long position, long lastOffset, long endPosition) {
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        boolean there = readHeader(position, endPosition, header) >= 0 && lastOffset(header) == lastOffset;
        return there ? header.getLong(BatchFormat.MAX_TIMESTAMP) : BatchFormat.NO_TIMESTAMP;
    }

    /** The largest timestamp of the batch at a position, −1 if no batch is there. */
    long maxTimestampAt(long position, long endPosition) {
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        boolean there = readHeader(position, endPosition, header) >= 0;
        return there ? header.getLong(BatchFormat.MAX_TIMESTAMP) : BatchFormat.NO_TIMESTAMP;
    }

    /** Reads the header at a position. @return the batch's size, or −1 if no whole batch is there */
    private long readHeader(long position, long endPosition, ByteBuffer header) {
        header.clear();
        if (endPosition - position < BatchFormat.HEADER_SIZE
                || file.readAt(position, header) < BatchFormat.HEADER_SIZE) {
            return -1;
        }
        long size = (long) header.getInt(BatchFormat.LENGTH) + BatchFormat.LOG_OVERHEAD;
        boolean whole = size >= BatchFormat.HEADER_SIZE && size <= endPosition - position;
        return whole && header.get(BatchFormat.MAGIC) == BatchFormat.MAGIC_V2 ? size : -1;
    }

    private static long lastOffset(ByteBuffer header) {
        return header.getLong(BatchFormat.BASE_OFFSET) + header.getInt(BatchFormat.LAST_OFFSET_DELTA);
    }

    /** Keeps the file open until {@link #release}, whatever becomes of the segment. From any thread. @return false if it is closed */
    boolean acquire() {
        int present = uses.get();
        while (present > 0) {
            if (uses.compareAndSet(present, present + 1)) {
                return true;
            }
            present = uses.get();
        }
        return false;
    }

    void release() {
        if (uses.decrementAndGet() == 0) {
            file.close();
        }
    }

    /** Lets go of the file, without writing anything; it is closed when the last who {@linkplain #acquire acquired} it releases it. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }
}
