package io.millrace.log.embedded.recovery;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.segment.AbortedTransactionIndex;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A partition's directory at a glance, without a look at its batches.
 *
 * @param startOffset where the log begins; empty if a file that says it is damaged
 * @param endOffset behind the last batch, by its header; empty if there is none where one should be
 * @param reachedOffset the same, or that of the batch that is none
 * @param recoveryPoint below which everything was forced; empty if the file that says it is damaged
 * @param logBytes of the segments, without indexes
 * @param bytes of all files
 */
public record PartitionSummary(
        OptionalLong startOffset,
        OptionalLong endOffset,
        long reachedOffset,
        OptionalLong recoveryPoint,
        int segments,
        long logBytes,
        long bytes) {
    /** Reads the directory, whoever else has the log open. */
    public static PartitionSummary of(SegmentDirectory directory) {
        Checkpoints checkpoints = Checkpoints.openAnyhow(directory);
        SurveyedFiles files = SurveyedFiles.of(directory);
        files.segments().headMap(Math.max(checkpoints.logStart().written(), 0)).clear();
        long logBytes = 0;
        long reached = Math.max(checkpoints.logStart().written(), 0);
        OptionalLong end = OptionalLong.of(reached);
        for (Map.Entry<Long, SegmentDirectory> file : files.segments().entrySet()) {
            try (Segment segment = Segment.openToRead(file.getValue(), file.getKey(), new AbortedTransactionIndex())) {
                logBytes += segment.sizeBytes();
                if (file.getKey().equals(files.segments().lastKey())) {
                    end = endOf(segment);
                    reached = segment.reachedOffset();
                }
            }
        }
        return new PartitionSummary(
                startOf(checkpoints),
                end,
                reached,
                offset(checkpoints.recoveryPoint()),
                files.segments().size(),
                logBytes,
                bytes(directory));
    }

    private static OptionalLong startOf(Checkpoints checkpoints) {
        return checkpoints.logStart().isDamaged() || checkpoints.recordsStart().isDamaged()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(
                        checkpoints.logStart().written(),
                        checkpoints.recordsStart().written()));
    }

    private static OptionalLong offset(OffsetFile file) {
        return file.isDamaged() ? OptionalLong.empty() : OptionalLong.of(file.written());
    }

    private static OptionalLong endOf(Segment segment) {
        try {
            return OptionalLong.of(segment.endOffset());
        } catch (CorruptionException noBatch) {
            return OptionalLong.empty();
        }
    }

    private static long bytes(SegmentDirectory directory) {
        Storage storage = directory.storage();
        long bytes = 0;
        for (String name : storage.list(directory.path())) {
            bytes += storage.size(directory.path() + '/' + name);
        }
        return bytes;
    }
}
