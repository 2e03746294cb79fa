package io.millrace.log.embedded.segment;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One file of record batches with its indexes. Written by one thread, under the partition's lock; {@link #read}, {@link #locate} and
 * {@link #abortedTransactions} may be called from any thread, for what a view has published.
 */
public final class Segment implements AutoCloseable {
    private final SegmentDirectory directory;
    private final long baseOffset;
    private final StorageFile log;
    private final AbortedTransactionIndex abortedTransactions;
    private final TimeIndex timeIndex;
    /** Null when the segment is closed for writing: then the file is read when somebody looks an offset up. */
    private volatile @Nullable OffsetIndex offsetIndex;

    private long sizeBytes;
    private long nextOffset;
    private long bytesSinceIndexEntry;
    private long maxTimestamp = BatchFormat.NO_TIMESTAMP;
    private int relativeOffsetOfMaxTimestamp;
    private long firstTimestamp = BatchFormat.NO_TIMESTAMP;
    private boolean indexFilesStale;
    private boolean indexFilesForced;

    /** One for the log that the segment is part of, and one for each who reads; the file is closed with the last. */
    private final AtomicInteger uses = new AtomicInteger(1);

    private final AtomicBoolean closed = new AtomicBoolean();
    /** True if {@link #maxTimestamp} is not known, because the batches were not accounted. */
    private boolean unaccounted;

    private Segment(
            SegmentDirectory directory,
            long baseOffset,
            StorageFile log,
            SegmentIndexes indexes,
            boolean indexFilesStale) {
        this.directory = directory;
        this.baseOffset = baseOffset;
        this.log = log;
        offsetIndex = indexes.offsets();
        timeIndex = indexes.times();
        abortedTransactions = indexes.aborted();
        nextOffset = baseOffset;
        this.indexFilesStale = indexFilesStale;
        indexFilesForced = !indexFilesStale;
    }

    /** Creates a segment that compaction writes, under names of its own, until {@link #finishCleaned}. */
    public static Segment createCleaned(SegmentDirectory directory, long baseOffset) {
        return create(directory.endingIn(LogFiles.CLEANED), baseOffset);
    }

    /** Makes a segment of compaction durable, with a file for each index, also for one without entries, and closes it. */
    public void finishCleaned() {
        writeIndexes(true);
        if (abortedTransactions.count() == 0) {
            String path = directory.file(baseOffset, LogFiles.ABORTED_INDEX);
            LogFiles.write(directory.storage(), path, abortedTransactions.encode(), true);
        }
        force();
        close();
    }

    /** Closes a segment of compaction and deletes its files. */
    public void discardCleaned() {
        close();
        for (String suffix : LogFiles.OF_SEGMENT) {
            directory.storage().delete(directory.file(baseOffset, suffix));
        }
    }

    /** Creates an empty segment; what a failed creation left there is overwritten. Not durable before the directory is synced. */
    public static Segment create(SegmentDirectory directory, long baseOffset) {
        Storage storage = directory.storage();
        StorageFile log = storage.open(directory.file(baseOffset, LogFiles.LOG), OpenMode.CREATE);
        try {
            log.truncate(0);
            Segment segment = new Segment(directory, baseOffset, log, SegmentIndexes.empty(), true);
            segment.writeIndexes(false);
            return segment;
        } catch (RuntimeException failed) {
            log.close();
            throw failed;
        }
    }

    /** Opens a segment that is complete and below the recovery point: only to be read. */
    public static Segment openSealed(SegmentDirectory directory, long baseOffset) {
        Segment segment = open(directory, baseOffset, SegmentIndexes.sealed(directory, baseOffset), false);
        segment.sizeBytes = segment.log.size();
        segment.unaccounted = true;
        return segment;
    }

    /** Opens a segment whose batches are all to be checked and {@linkplain #account accounted}, one after the other. */
    public static Segment openForRebuild(SegmentDirectory directory, long baseOffset) {
        return open(directory, baseOffset, SegmentIndexes.empty(), true);
    }

    /**
     * Opens the segment that was active at a clean end, with its indexes as they were written. The batches from the last index entry on
     * remain to be accounted: all of them if the files of its hints (G2) are not what was written.
     */
    public static Segment openActive(SegmentDirectory directory, long baseOffset) {
        long fileSize = directory.storage().size(directory.file(baseOffset, LogFiles.LOG));
        SegmentIndexes indexes = SegmentIndexes.active(directory, baseOffset, fileSize);
        OffsetIndex offsets = indexes == null ? null : indexes.offsets();
        if (indexes == null || offsets == null) {
            return openWithoutHints(directory, baseOffset);
        }
        Segment segment = open(directory, baseOffset, indexes, false);
        int last = offsets.count() - 1;
        if (last >= 0) {
            long lastOffset = baseOffset + offsets.relativeOffset(last);
            long batchBase = segment.baseOffsetIfAt(offsets.position(last), lastOffset, fileSize);
            if (batchBase < 0) {
                segment.close();
                return openWithoutHints(directory, baseOffset);
            }
            segment.sizeBytes = offsets.position(last);
            segment.nextOffset = batchBase;
            segment.readFirstTimestamp();
        }
        TimeIndex times = indexes.times();
        if (times.count() > 0) {
            segment.maxTimestamp = times.lastTimestamp();
            segment.relativeOffsetOfMaxTimestamp = times.relativeOffset(times.count() - 1);
        }
        return segment;
    }

    /** Nobody replays what a clean end wrote, so the aborted transactions are those of their file (G3). */
    private static Segment openWithoutHints(SegmentDirectory directory, long baseOffset) {
        return open(directory, baseOffset, SegmentIndexes.withoutHints(directory, baseOffset), true);
    }

    private static Segment open(SegmentDirectory directory, long baseOffset, SegmentIndexes indexes, boolean stale) {
        StorageFile log = directory.storage().open(directory.file(baseOffset, LogFiles.LOG), OpenMode.WRITE);
        return new Segment(directory, baseOffset, log, indexes, stale);
    }

    public long baseOffset() {
        return baseOffset;
    }

    /** Bytes of the batches appended or accounted; for a sealed segment the file's size. For the writer. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** The largest timestamp of the first batch; −1 if there is no batch, or none with a timestamp. For the writer. */
    public long firstTimestamp() {
        return firstTimestamp;
    }

    /** Of a segment whose first batches are not accounted again. */
    private void readFirstTimestamp() {
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        if (readHeader(0, sizeBytes, header) > 0) {
            firstTimestamp = header.getLong(BatchFormat.MAX_TIMESTAMP);
        }
    }

    /** The offset behind the last batch appended or accounted. For the writer. */
    public long nextOffset() {
        return nextOffset;
    }

    /** The file's size, which during recovery is larger than what was accounted. */
    public long fileSizeBytes() {
        return log.size();
    }

    public AbortedTransactionIndex abortedTransactions() {
        return abortedTransactions;
    }

    /** The path of the data file, for messages. */
    public String path() {
        return directory.file(baseOffset, LogFiles.LOG);
    }

    /** True if a batch that ends at {@code lastOffset} and takes {@code size} bytes can stand here, as far as positions go. */
    public boolean hasRoomFor(long lastOffset, int size) {
        return lastOffset - baseOffset <= Integer.MAX_VALUE && sizeBytes + size <= Integer.MAX_VALUE;
    }

    /** Writes a batch at the end. When this throws, a part of it may stand behind {@link #sizeBytes}: see {@link #cutToSize}. */
    public void append(ByteBuffer bytes, BatchView batch) {
        long position = log.append(bytes);
        if (position != sizeBytes) {
            throw new IllegalStateException(
                    path() + " has " + position + " bytes where " + sizeBytes + " were written");
        }
        account(batch);
    }

    /** Takes the next batch of the file into account, as {@link #append} does for one that it writes. */
    public void account(BatchView batch) {
        int relativeLastOffset = (int) (batch.lastOffset() - baseOffset);
        if (batch.maxTimestamp() > maxTimestamp) {
            maxTimestamp = batch.maxTimestamp();
            relativeOffsetOfMaxTimestamp = relativeLastOffset;
        }
        if (bytesSinceIndexEntry > directory.indexIntervalBytes()) {
            writableOffsetIndex().append(relativeLastOffset, (int) sizeBytes);
            timeIndex.maybeAppend(maxTimestamp, relativeOffsetOfMaxTimestamp);
            bytesSinceIndexEntry = 0;
            indexFilesStale = true;
        }
        if (sizeBytes == 0) {
            firstTimestamp = batch.maxTimestamp();
        }
        bytesSinceIndexEntry += batch.sizeInBytes();
        sizeBytes += batch.sizeInBytes();
        nextOffset = batch.nextOffset();
    }

    /** Notes that a marker in this segment aborted a transaction. */
    public void addAborted(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {
        abortedTransactions.append(producerId, firstOffset, lastOffset, lastStableOffset);
        indexFilesStale = true;
    }

    private OffsetIndex writableOffsetIndex() {
        OffsetIndex index = offsetIndex;
        if (index == null) {
            throw new IllegalStateException(path() + " is sealed");
        }
        return index;
    }

    /** Cuts off what stands behind the last accounted batch. */
    public void cutToSize() {
        log.truncate(sizeBytes);
    }

    /** Makes the batches durable; not the indexes. */
    public void force() {
        log.force();
    }

    /** Writes the index files as they are in memory, if they are not that already. */
    public void writeIndexes(boolean forced) {
        if (timeIndex.maybeAppend(maxTimestamp, relativeOffsetOfMaxTimestamp)) {
            indexFilesStale = true;
        }
        if (indexFilesStale) {
            Storage storage = directory.storage();
            byte[] offsets = writableOffsetIndex().encode();
            LogFiles.write(storage, directory.file(baseOffset, LogFiles.OFFSET_INDEX), offsets, forced);
            LogFiles.write(storage, directory.file(baseOffset, LogFiles.TIME_INDEX), timeIndex.encode(), forced);
            String abortedPath = directory.file(baseOffset, LogFiles.ABORTED_INDEX);
            if (abortedTransactions.count() > 0) {
                LogFiles.write(storage, abortedPath, abortedTransactions.encode(), forced);
            } else {
                storage.delete(abortedPath);
            }
            indexFilesStale = false;
            indexFilesForced = forced;
        } else if (forced) {
            // They may have been written before, by a recovery that did not force them.
            forceIndexes();
        }
    }

    /** Makes the index files durable, if they were written and are not. */
    public void forceIndexes() {
        if (!indexFilesForced) {
            forceIfPresent(LogFiles.OFFSET_INDEX);
            forceIfPresent(LogFiles.TIME_INDEX);
            forceIfPresent(LogFiles.ABORTED_INDEX);
            indexFilesForced = true;
        }
    }

    private void forceIfPresent(String suffix) {
        LogFiles.forceIfPresent(directory.storage(), directory.file(baseOffset, suffix));
    }

    /** Ends writing: drops the offset index from memory, whose file must have been written. */
    public void seal() {
        offsetIndex = null;
    }

    /** Reads from a position until {@code target} is full or the file ends. */
    public int read(long position, ByteBuffer target) {
        return log.readAt(position, target);
    }

    /**
     * The position of the batch that holds {@code offset}, or of the first one behind it; {@code endPosition} if there is none.
     *
     * @param endPosition how far the file is published
     */
    public long locate(long offset, long endPosition) {
        long position = indexedPosition(offset, endPosition);
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        while (position < endPosition) {
            long size = readHeader(position, endPosition, header);
            if (size < 0) {
                throw new CorruptionException(directory.topicPartition() + ": no batch begins at position " + position
                        + " of " + path() + ", on the way to offset " + offset);
            }
            if (lastOffset(header) >= offset) {
                return position;
            }
            position += size;
        }
        return endPosition;
    }

    /**
     * The offset of a batch before which all batches of this segment are older than the timestamp; itself it may be. For the active segment
     * under the partition's lock, for others from any thread.
     */
    public long olderBefore(long timestamp) {
        TimeIndex times = offsetIndex == null ? SegmentIndexes.readTimes(directory, baseOffset) : timeIndex;
        int entry = times == null ? -1 : times.lastOlderThan(timestamp);
        if (times == null || entry < 0) {
            return baseOffset;
        }
        long offset = baseOffset + times.relativeOffset(entry);
        return hasBatch(offset, times.timestamp(entry)) ? offset : baseOffset;
    }

    /** True if a batch ends at this offset and has this largest timestamp: what an index says is a hint (G2). */
    private boolean hasBatch(long lastOffset, long largestTimestamp) {
        long end = sizeBytes;
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        return readHeader(locate(lastOffset, end), end, header) >= 0
                && lastOffset(header) == lastOffset
                && header.getLong(BatchFormat.MAX_TIMESTAMP) == largestTimestamp;
    }

    private long indexedPosition(long offset, long endPosition) {
        OffsetIndex index = offsetIndex;
        if (index == null) {
            index = SegmentIndexes.readOffsets(directory, baseOffset, endPosition);
        }
        int relativeOffset = (int) Math.max(-1, Math.min(offset - baseOffset, Integer.MAX_VALUE));
        int entry = index == null ? -1 : index.floor(relativeOffset);
        if (index == null || entry < 0) {
            return 0;
        }
        long lastOffset = baseOffset + index.relativeOffset(entry);
        int position = index.position(entry);
        return baseOffsetIfAt(position, lastOffset, endPosition) < 0 ? 0 : position;
    }

    /** The base offset of the batch at a position, if there is one that ends at {@code lastOffset}; otherwise −1. */
    private long baseOffsetIfAt(long position, long lastOffset, long endPosition) {
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        boolean there = readHeader(position, endPosition, header) >= 0 && lastOffset(header) == lastOffset;
        return there ? header.getLong(BatchFormat.BASE_OFFSET) : -1;
    }

    /** Reads the header at a position. @return the batch's size, or −1 if no whole batch is there */
    private long readHeader(long position, long endPosition, ByteBuffer header) {
        header.clear();
        if (endPosition - position < BatchFormat.HEADER_SIZE
                || log.readAt(position, header) < BatchFormat.HEADER_SIZE) {
            return -1;
        }
        long size = (long) header.getInt(BatchFormat.LENGTH) + BatchFormat.LOG_OVERHEAD;
        boolean whole = size >= BatchFormat.HEADER_SIZE && size <= endPosition - position;
        return whole && header.get(BatchFormat.MAGIC) == BatchFormat.MAGIC_V2 ? size : -1;
    }

    private static long lastOffset(ByteBuffer header) {
        return header.getLong(BatchFormat.BASE_OFFSET) + header.getInt(BatchFormat.LAST_OFFSET_DELTA);
    }

    /**
     * The largest timestamp of the batches, −1 if none has one. For a segment that is no longer written; called by one thread at a time.
     * The last entry of the time index is taken only if the batch that it points to says the same.
     */
    public long maxTimestamp() {
        if (unaccounted) {
            long indexed = SegmentIndexes.lastTimestamp(directory, baseOffset, this);
            maxTimestamp = indexed >= 0 ? indexed : scanForMaxTimestamp();
            unaccounted = false;
        }
        return maxTimestamp;
    }

    private long scanForMaxTimestamp() {
        long largest = BatchFormat.NO_TIMESTAMP;
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        long position = 0;
        while (position < sizeBytes) {
            long size = readHeader(position, sizeBytes, header);
            if (size < 0) {
                throw new CorruptionException(
                        directory.topicPartition() + ": no batch begins at position " + position + " of " + path());
            }
            largest = Math.max(largest, header.getLong(BatchFormat.MAX_TIMESTAMP));
            position += size;
        }
        return largest;
    }

    /** The largest timestamp of the batch that ends at {@code lastOffset}, −1 if no batch does. */
    long maxTimestampOfBatch(long lastOffset) {
        long position = locate(lastOffset, sizeBytes);
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        boolean there = readHeader(position, sizeBytes, header) >= 0 && lastOffset(header) == lastOffset;
        return there ? header.getLong(BatchFormat.MAX_TIMESTAMP) : BatchFormat.NO_TIMESTAMP;
    }

    /** Keeps the file open until {@link #release}, whatever becomes of the segment. From any thread. @return false if it is closed */
    public boolean acquire() {
        int present = uses.get();
        while (present > 0) {
            if (uses.compareAndSet(present, present + 1)) {
                return true;
            }
            present = uses.get();
        }
        return false;
    }

    public void release() {
        if (uses.decrementAndGet() == 0) {
            log.close();
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
