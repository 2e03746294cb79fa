package io.millrace.log.embedded.segment;

import io.millrace.log.CorruptionException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One file of record batches with its indexes. Written by one thread, under the partition's lock; {@link #read}, {@link #locate} and
 * {@link #abortedTransactions} may be called from any thread, for what a view has published.
 */
public final class Segment implements AutoCloseable {
    private final SegmentDirectory directory;
    private final long baseOffset;
    private final SegmentFile file;
    private final SegmentIndexes indexes;

    private long sizeBytes;
    private long nextOffset;
    private long bytesSinceIndexEntry;
    private long maxTimestamp = BatchFormat.NO_TIMESTAMP;
    private int relativeOffsetOfMaxTimestamp;
    private long firstTimestamp = BatchFormat.NO_TIMESTAMP;
    /** True if {@link #maxTimestamp} is not known, because the batches were not accounted. */
    private boolean unaccounted;
    /** True if the largest timestamps in memory are those of the last batches only. */
    private boolean isFollowedFromTheMiddle;

    private Segment(SegmentDirectory directory, long baseOffset, StorageFile file, SegmentIndexes indexes) {
        this.directory = directory;
        this.baseOffset = baseOffset;
        this.file = new SegmentFile(directory, baseOffset, file);
        this.indexes = indexes;
        nextOffset = baseOffset;
    }

    /** Creates a segment that compaction writes, under names of its own, until {@link #finishCleaned}. */
    public static Segment createCleaned(SegmentDirectory directory, long baseOffset) {
        return create(directory.endingIn(LogFiles.CLEANED), baseOffset);
    }

    /** Makes a segment of compaction durable, with a file for each index, and closes it. */
    public void finishCleaned() {
        writeIndexes(true);
        force();
        close();
    }

    /** The aborted transactions of a segment that compaction has finished. */
    public static AbortedTransactionIndex abortedOfCleaned(SegmentDirectory directory, long baseOffset) {
        return SegmentIndexes.readAborted(directory.endingIn(LogFiles.CLEANED), baseOffset);
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
        StorageFile file = storage.open(directory.file(baseOffset, LogFiles.LOG), OpenMode.CREATE);
        try {
            file.truncate(0);
            return new Segment(directory, baseOffset, file, SegmentIndexes.empty(directory, baseOffset));
        } catch (RuntimeException failed) {
            file.close();
            throw failed;
        }
    }

    /** True if the file that says which transactions were aborted is what was written; otherwise the segment is to be rebuilt (G3). */
    public static boolean hasAbortedIndex(SegmentDirectory directory, long baseOffset) {
        return AbortedTransactionIndex.readIfSound(directory, baseOffset) != null;
    }

    /**
     * Opens a segment that is complete and below the recovery point: only to be read.
     *
     * @throws CorruptionException if it has no {@linkplain #hasAbortedIndex index of aborted transactions}
     */
    public static Segment openSealed(SegmentDirectory directory, long baseOffset) {
        return openSealed(directory, baseOffset, SegmentIndexes.readAborted(directory, baseOffset));
    }

    /** The same, when its aborted transactions were read before: then nothing is read. */
    public static Segment openSealed(SegmentDirectory directory, long baseOffset, AbortedTransactionIndex aborted) {
        String path = directory.file(baseOffset, LogFiles.LOG);
        SegmentIndexes indexes = SegmentIndexes.sealed(directory, baseOffset, aborted);
        Segment segment = new Segment(directory, baseOffset, directory.storage().openWhenUsed(path), indexes);
        segment.sizeBytes = directory.storage().size(path);
        segment.unaccounted = true;
        return segment;
    }

    /** Opens a segment whose batches are all to be checked and {@linkplain #account accounted}, one after the other. */
    public static Segment openForRebuild(SegmentDirectory directory, long baseOffset) {
        return open(directory, baseOffset, SegmentIndexes.empty(directory, baseOffset));
    }

    /**
     * Opens the segment that was active at a clean end, with its indexes as they were written. The batches from the last index entry on
     * remain to be accounted: all of them if the files of its hints (G2) are not what was written.
     */
    public static Segment openActive(SegmentDirectory directory, long baseOffset) {
        long fileSize = directory.storage().size(directory.file(baseOffset, LogFiles.LOG));
        SegmentIndexes written = SegmentIndexes.active(directory, baseOffset, fileSize);
        if (written != null) {
            Segment segment = open(directory, baseOffset, written);
            if (segment.resume(fileSize)) {
                return segment;
            }
            segment.close();
        }
        // Nobody replays what a clean end wrote, so the aborted transactions are those of their file (G3).
        return open(directory, baseOffset, SegmentIndexes.withoutHints(directory, baseOffset));
    }

    /** Goes to the last entry of the indexes. @return false if they do not say what the file does */
    private boolean resume(long fileSize) {
        OffsetIndex offsets = Objects.requireNonNull(indexes.offsets(fileSize));
        int last = offsets.count() - 1;
        if (last >= 0) {
            long lastOffset = baseOffset + offsets.relativeOffset(last);
            long batchBase = file.baseOffsetIfAt(offsets.position(last), lastOffset, fileSize);
            if (batchBase < 0) {
                return false;
            }
            sizeBytes = offsets.position(last);
            nextOffset = batchBase;
            firstTimestamp = file.maxTimestampAt(0, sizeBytes);
        }
        TimeIndex times = Objects.requireNonNull(indexes.times());
        if (times.count() > 0) {
            maxTimestamp = times.lastTimestamp();
            relativeOffsetOfMaxTimestamp = times.relativeOffset(times.count() - 1);
        }
        return true;
    }

    private static Segment open(SegmentDirectory directory, long baseOffset, SegmentIndexes indexes) {
        StorageFile file = directory.storage().open(directory.file(baseOffset, LogFiles.LOG), OpenMode.WRITE);
        return new Segment(directory, baseOffset, file, indexes);
    }

    /** Opens a closed segment of a log that another process may own; which transactions were aborted is known from elsewhere. */
    public static Segment openToRead(SegmentDirectory directory, long baseOffset, AbortedTransactionIndex aborted) {
        Segment segment = read(directory, baseOffset, SegmentIndexes.sealed(directory, baseOffset, aborted));
        segment.sizeBytes = segment.file.size();
        segment.unaccounted = true;
        return segment;
    }

    /**
     * Opens a segment of a log that another process may own and write: the batches from {@code fromOffset} on are to be
     * {@linkplain #account accounted}, now and as they come.
     *
     * @param aborted the transactions whose markers stand before that offset
     * @return null if there is no place in the file where that offset begins or is still to come
     */
    public static @Nullable Segment openToFollow(
            SegmentDirectory directory, long baseOffset, long fromOffset, AbortedTransactionIndex aborted) {
        long fileSize = directory.storage().size(directory.file(baseOffset, LogFiles.LOG));
        Segment segment = read(
                directory, baseOffset, SegmentIndexes.followed(directory, baseOffset, fileSize, fromOffset, aborted));
        if (fromOffset > baseOffset && !segment.skipTo(fromOffset, fileSize)) {
            segment.close();
            return null;
        }
        return segment;
    }

    private boolean skipTo(long offset, long fileSize) {
        try {
            sizeBytes = file.startOf(offset, indexedPosition(offset - 1, fileSize), fileSize);
        } catch (CorruptionException onTheWay) {
            // Who then checks from the beginning finds it, with all that is sound before.
            return false;
        }
        nextOffset = offset;
        isFollowedFromTheMiddle = true;
        return sizeBytes >= 0;
    }

    /** The same for a segment whose batches are all to be accounted. */
    public static Segment openToCheck(SegmentDirectory directory, long baseOffset) {
        return read(directory, baseOffset, SegmentIndexes.empty(directory, baseOffset));
    }

    private static Segment read(SegmentDirectory directory, long baseOffset, SegmentIndexes indexes) {
        StorageFile file = directory.storage().open(directory.file(baseOffset, LogFiles.LOG), OpenMode.READ);
        return new Segment(directory, baseOffset, file, indexes);
    }

    /** The segment of a log of another process into which nothing was written yet, so that there is no file. */
    public static Segment absent(SegmentDirectory directory, long baseOffset) {
        AbsentFile none = new AbsentFile(directory.file(baseOffset, LogFiles.LOG));
        return new Segment(directory, baseOffset, none, SegmentIndexes.empty(directory, baseOffset));
    }

    public long baseOffset() {
        return baseOffset;
    }

    /** The offset behind the last batch of a segment that is no longer written. */
    public long endOffset() {
        return file.endOffset(indexedPosition(Long.MAX_VALUE, file.size()), file.size());
    }

    /** The same, or where the first batch is missing whose header cannot be read. */
    public long reachedOffset() {
        return file.reachedOffset(indexedPosition(Long.MAX_VALUE, file.size()), file.size());
    }

    /** Bytes of the batches appended or accounted; for a sealed segment the file's size. For the writer. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** The largest timestamp of the first batch; −1 if there is no batch, or none with a timestamp. For the writer. */
    public long firstTimestamp() {
        return firstTimestamp;
    }

    /** The same for a segment that is no longer written; called by one thread at a time. */
    public long firstTimestampOfClosed() {
        if (firstTimestamp == BatchFormat.NO_TIMESTAMP) {
            firstTimestamp = file.maxTimestampAt(0, sizeBytes);
        }
        return firstTimestamp;
    }

    /** The offset behind the last batch appended or accounted. For the writer. */
    public long nextOffset() {
        return nextOffset;
    }

    /** The file's size, which during recovery is larger than what was accounted. */
    public long fileSizeBytes() {
        return file.size();
    }

    public AbortedTransactionIndex abortedTransactions() {
        return indexes.aborted();
    }

    /** The path of the data file, for messages. */
    public String path() {
        return file.path();
    }

    /** True if a batch that ends at {@code lastOffset} and takes {@code size} bytes can stand here, as far as positions go. */
    public boolean hasRoomFor(long lastOffset, int size) {
        return lastOffset - baseOffset <= Integer.MAX_VALUE && sizeBytes + size <= Integer.MAX_VALUE;
    }

    /** Writes a batch at the end. When this throws, a part of it may stand behind {@link #sizeBytes}: see {@link #cutToSize}. */
    public void append(ByteBuffer bytes, BatchView batch) {
        long position = file.append(bytes);
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
            indexes.add(relativeLastOffset, (int) sizeBytes, maxTimestamp, relativeOffsetOfMaxTimestamp);
            bytesSinceIndexEntry = 0;
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
        indexes.addAborted(producerId, firstOffset, lastOffset, lastStableOffset);
    }

    /** The partition whose log this is a part of. */
    TopicPartition topicPartition() {
        return file.topicPartition();
    }

    /** The error for bytes that are not what was written. */
    public CorruptionException damagedAt(long position, String what) {
        return file.damagedAt(position, what);
    }

    /** Cuts off what stands behind the last accounted batch. */
    public void cutToSize() {
        file.truncate(sizeBytes);
    }

    /** Makes the batches durable; not the indexes. */
    public void force() {
        file.force();
    }

    /** Writes the index files as they are in memory, if they are not that already. */
    public void writeIndexes(boolean forced) {
        indexes.addLargestTimestamp(maxTimestamp, relativeOffsetOfMaxTimestamp);
        indexes.write(forced);
    }

    /** True if the index files hold what is in memory; without batches, none are needed. */
    public boolean hasWrittenIndexes() {
        return sizeBytes == 0 || indexes.areWritten();
    }

    /** Makes the index files durable, if they were written and are not. */
    public void forceIndexes() {
        indexes.force();
    }

    /** Ends writing: drops the offset index from memory, whose file must have been written. */
    public void seal() {
        indexes.seal();
    }

    /** Reads from a position until {@code target} is full or the file ends. */
    public int read(long position, ByteBuffer target) {
        return file.readAt(position, target);
    }

    /**
     * The position of the batch that holds {@code offset}, or of the first one behind it; {@code endPosition} if there is none.
     *
     * @param endPosition how far the file is published
     */
    public long locate(long offset, long endPosition) {
        return file.locate(offset, indexedPosition(offset, endPosition), endPosition);
    }

    private long indexedPosition(long offset, long endPosition) {
        OffsetIndex index = indexes.offsets(endPosition);
        int relativeOffset = (int) Math.max(-1, Math.min(offset - baseOffset, Integer.MAX_VALUE));
        int entry = index == null ? -1 : index.floor(relativeOffset);
        if (index == null || entry < 0) {
            return 0;
        }
        long lastOffset = baseOffset + index.relativeOffset(entry);
        int position = index.position(entry);
        return file.baseOffsetIfAt(position, lastOffset, endPosition) < 0 ? 0 : position;
    }

    /**
     * The offset of a batch before which all batches of this segment are older than the timestamp; itself it may be. For the active segment
     * under the partition's lock, for others from any thread.
     */
    public long olderBefore(long timestamp) {
        if (isFollowedFromTheMiddle && !indexes.isSealed()) {
            return baseOffset;
        }
        TimeIndex times = indexes.times();
        int entry = times == null ? -1 : times.lastOlderThan(timestamp);
        if (times == null || entry < 0) {
            return baseOffset;
        }
        long offset = baseOffset + times.relativeOffset(entry);
        return confirms(times, entry) ? offset : baseOffset;
    }

    /** True if the batch that the entry names is there and has that timestamp: what an index says is a hint (G2). */
    private boolean confirms(TimeIndex times, int entry) {
        long lastOffset = baseOffset + times.relativeOffset(entry);
        long position = locate(lastOffset, sizeBytes);
        return file.maxTimestampIfAt(position, lastOffset, sizeBytes) == times.timestamp(entry);
    }

    /**
     * The largest timestamp of the batches, −1 if none has one. For a segment that is no longer written; called by one thread at a time.
     * The last entry of the time index is taken only if the batch that it points to says the same.
     */
    public long maxTimestamp() {
        if (unaccounted) {
            TimeIndex times = indexes.times();
            int last = times == null ? -1 : times.count() - 1;
            maxTimestamp = times != null && last >= 0 && confirms(times, last)
                    ? times.timestamp(last)
                    : file.largestTimestamp(sizeBytes);
            unaccounted = false;
        }
        return maxTimestamp;
    }

    /** Keeps the file open until {@link #release}, whatever becomes of the segment. From any thread. @return false if it is closed */
    public boolean acquire() {
        return file.acquire();
    }

    public void release() {
        file.release();
    }

    /** Lets go of the file, without writing anything; it is closed when the last who {@linkplain #acquire acquired} it releases it. */
    @Override
    public void close() {
        file.close();
    }
}
