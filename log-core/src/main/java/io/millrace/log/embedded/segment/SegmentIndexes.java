package io.millrace.log.embedded.segment;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.platform.Storage;
import org.jspecify.annotations.Nullable;

/**
 * The indexes of a segment as they are read from their files.
 *
 * @param offsets null for a sealed segment, whose file is read when somebody looks an offset up
 */
record SegmentIndexes(@Nullable OffsetIndex offsets, TimeIndex times, AbortedTransactionIndex aborted) {
    static SegmentIndexes empty() {
        return new SegmentIndexes(new OffsetIndex(), new TimeIndex(), new AbortedTransactionIndex());
    }

    /** The aborted transactions as they were written, beside indexes that are to be built again. */
    static SegmentIndexes withoutHints(SegmentDirectory directory, long baseOffset) {
        return new SegmentIndexes(new OffsetIndex(), new TimeIndex(), readAborted(directory, baseOffset));
    }

    static SegmentIndexes sealed(SegmentDirectory directory, long baseOffset) {
        return new SegmentIndexes(null, new TimeIndex(), readAborted(directory, baseOffset));
    }

    /** Those of the active segment, null if the files are missing or not what was written. */
    static @Nullable SegmentIndexes active(SegmentDirectory directory, long baseOffset, long segmentSize) {
        OffsetIndex offsets = readOffsets(directory, baseOffset, segmentSize);
        TimeIndex times = readTimes(directory, baseOffset);
        if (offsets == null || times == null) {
            return null;
        }
        return new SegmentIndexes(offsets, times, readAborted(directory, baseOffset));
    }

    static @Nullable OffsetIndex readOffsets(SegmentDirectory directory, long baseOffset, long segmentSize) {
        byte[] file = LogFiles.readIfPresent(directory.storage(), directory.file(baseOffset, LogFiles.OFFSET_INDEX));
        return file == null ? null : OffsetIndex.decode(file, segmentSize);
    }

    /** Null if the file is missing or not what was written. */
    static @Nullable TimeIndex readTimes(SegmentDirectory directory, long baseOffset) {
        byte[] file = LogFiles.readIfPresent(directory.storage(), directory.file(baseOffset, LogFiles.TIME_INDEX));
        return file == null ? null : TimeIndex.decode(file);
    }

    /** The last timestamp of the time index, if a batch of the segment confirms it; otherwise −1. */
    static long lastTimestamp(SegmentDirectory directory, long baseOffset, Segment segment) {
        TimeIndex times = readTimes(directory, baseOffset);
        if (times == null || times.count() == 0) {
            return BatchFormat.NO_TIMESTAMP;
        }
        long lastOffset = baseOffset + times.relativeOffset(times.count() - 1);
        return segment.maxTimestampOfBatch(lastOffset) == times.lastTimestamp()
                ? times.lastTimestamp()
                : BatchFormat.NO_TIMESTAMP;
    }

    private static AbortedTransactionIndex readAborted(SegmentDirectory directory, long baseOffset) {
        Storage storage = directory.storage();
        String path = directory.file(baseOffset, LogFiles.ABORTED_INDEX);
        if (!storage.exists(path)) {
            return new AbortedTransactionIndex();
        }
        try {
            return AbortedTransactionIndex.decode(LogFiles.read(storage, path), baseOffset);
        } catch (CorruptionException damaged) {
            throw new CorruptionException(
                    directory.topicPartition() + ": " + path + " is damaged. " + damaged.getMessage());
        }
    }
}
