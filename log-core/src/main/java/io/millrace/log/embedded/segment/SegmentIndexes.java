package io.millrace.log.embedded.segment;

import io.millrace.log.CorruptionException;
import io.millrace.platform.Storage;
import org.jspecify.annotations.Nullable;

/**
 * The indexes of a segment, in memory and in their files (G5). Owned by the segment's writer; other threads look up what a view has published,
 * in the offset index and that of aborted transactions.
 */
final class SegmentIndexes {
    private final SegmentDirectory directory;
    private final long baseOffset;
    private final TimeIndex times;
    private final AbortedTransactionIndex aborted;
    /** Null when the segment is closed for writing: then the file is read when somebody looks an offset up. */
    private volatile @Nullable OffsetIndex offsets;

    /** What is in memory is not what the files hold. */
    private boolean stale;
    /** Changed by who forces, too, once the segment is closed for writing. */
    private boolean filesForced;

    private SegmentIndexes(
            SegmentDirectory directory,
            long baseOffset,
            @Nullable OffsetIndex offsets,
            TimeIndex times,
            AbortedTransactionIndex aborted) {
        this.directory = directory;
        this.baseOffset = baseOffset;
        this.offsets = offsets;
        this.times = times;
        this.aborted = aborted;
        filesForced = true;
    }

    /** Those of a segment without batches, or whose batches will all be added again. */
    static SegmentIndexes empty(SegmentDirectory directory, long baseOffset) {
        return unwritten(directory, baseOffset, new AbortedTransactionIndex());
    }

    /** The aborted transactions as they were written, beside indexes that are to be built again. */
    static SegmentIndexes withoutHints(SegmentDirectory directory, long baseOffset) {
        return unwritten(directory, baseOffset, readAborted(directory, baseOffset));
    }

    private static SegmentIndexes unwritten(
            SegmentDirectory directory, long baseOffset, AbortedTransactionIndex aborted) {
        SegmentIndexes indexes = new SegmentIndexes(directory, baseOffset, new OffsetIndex(), new TimeIndex(), aborted);
        indexes.stale = true;
        indexes.filesForced = false;
        return indexes;
    }

    static SegmentIndexes sealed(SegmentDirectory directory, long baseOffset, AbortedTransactionIndex aborted) {
        return new SegmentIndexes(directory, baseOffset, null, new TimeIndex(), aborted);
    }

    /** Those of a segment that another process may write, before the batches from {@code fromOffset} on are added. */
    static SegmentIndexes followed(
            SegmentDirectory directory,
            long baseOffset,
            long segmentSize,
            long fromOffset,
            AbortedTransactionIndex aborted) {
        OffsetIndex hints = fromOffset > baseOffset ? readOffsets(directory, baseOffset, segmentSize) : null;
        OffsetIndex offsets = hints == null ? new OffsetIndex() : hints.below((int) (fromOffset - baseOffset));
        return new SegmentIndexes(directory, baseOffset, offsets, new TimeIndex(), aborted);
    }

    /** Those of the active segment, null if the files are missing or not what was written. */
    static @Nullable SegmentIndexes active(SegmentDirectory directory, long baseOffset, long segmentSize) {
        OffsetIndex offsets = readOffsets(directory, baseOffset, segmentSize);
        TimeIndex times = readTimes(directory, baseOffset);
        if (offsets == null || times == null) {
            return null;
        }
        return new SegmentIndexes(directory, baseOffset, offsets, times, readAborted(directory, baseOffset));
    }

    private static @Nullable OffsetIndex readOffsets(SegmentDirectory directory, long baseOffset, long segmentSize) {
        byte[] file = LogFiles.readIfPresent(directory.storage(), directory.file(baseOffset, LogFiles.OFFSET_INDEX));
        return file == null ? null : OffsetIndex.decode(file, segmentSize);
    }

    /** Null if the file is missing or not what was written. */
    private static @Nullable TimeIndex readTimes(SegmentDirectory directory, long baseOffset) {
        byte[] file = LogFiles.readIfPresent(directory.storage(), directory.file(baseOffset, LogFiles.TIME_INDEX));
        return file == null ? null : TimeIndex.decode(file);
    }

    static AbortedTransactionIndex readAborted(SegmentDirectory directory, long baseOffset) {
        String path = directory.file(baseOffset, LogFiles.ABORTED_INDEX);
        byte[] file = LogFiles.readIfPresent(directory.storage(), path);
        if (file == null) {
            throw new CorruptionException(directory.topicPartition() + ": " + path + " is missing");
        }
        try {
            return AbortedTransactionIndex.decode(file, baseOffset);
        } catch (CorruptionException damaged) {
            throw new CorruptionException(
                    directory.topicPartition() + ": " + path + " is damaged. " + damaged.getMessage());
        }
    }

    /** Those of offsets, from memory or else from the file; null if that is missing or not what was written. */
    @Nullable OffsetIndex offsets(long segmentSize) {
        OffsetIndex present = offsets;
        return present != null ? present : readOffsets(directory, baseOffset, segmentSize);
    }

    /** Those of times, from memory or else from the file; null if that is missing or not what was written. */
    @Nullable TimeIndex times() {
        return offsets != null ? times : readTimes(directory, baseOffset);
    }

    AbortedTransactionIndex aborted() {
        return aborted;
    }

    void add(int relativeOffset, int position, long maxTimestamp, int relativeOffsetOfMaxTimestamp) {
        writableOffsets().append(relativeOffset, position);
        times.maybeAppend(maxTimestamp, relativeOffsetOfMaxTimestamp);
        stale = true;
    }

    /** Notes the largest timestamp of the segment, which need not be that of an entry. */
    void addLargestTimestamp(long maxTimestamp, int relativeOffset) {
        if (times.maybeAppend(maxTimestamp, relativeOffset)) {
            stale = true;
        }
    }

    void addAborted(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {
        aborted.append(producerId, firstOffset, lastOffset, lastStableOffset);
        stale = true;
    }

    private OffsetIndex writableOffsets() {
        OffsetIndex index = offsets;
        if (index == null) {
            throw new IllegalStateException(directory.file(baseOffset, LogFiles.LOG) + " is sealed");
        }
        return index;
    }

    /** True if the files hold what is in memory. */
    boolean areWritten() {
        return !stale;
    }

    /** Writes the files as they are in memory, if they are not that already. */
    void write(boolean forced) {
        if (stale) {
            Storage storage = directory.storage();
            byte[] encoded = writableOffsets().encode();
            LogFiles.write(storage, directory.file(baseOffset, LogFiles.OFFSET_INDEX), encoded, forced);
            LogFiles.write(storage, directory.file(baseOffset, LogFiles.TIME_INDEX), times.encode(), forced);
            // Also without entries: a file that is missing would show aborted records (G3).
            LogFiles.write(storage, directory.file(baseOffset, LogFiles.ABORTED_INDEX), aborted.encode(), forced);
            stale = false;
            filesForced = forced;
        } else if (forced) {
            // They may have been written before, by a recovery that did not force them.
            force();
        }
    }

    /** Makes the files durable, if they were written and are not. */
    void force() {
        if (!filesForced) {
            for (String suffix : LogFiles.INDEXES) {
                LogFiles.forceIfPresent(directory.storage(), directory.file(baseOffset, suffix));
            }
            filesForced = true;
        }
    }

    boolean isSealed() {
        return offsets == null;
    }

    /** Drops the offset index from memory, whose file must have been written. */
    void seal() {
        offsets = null;
    }
}
