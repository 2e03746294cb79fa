package io.millrace.log.embedded.partition;

import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.recovery.OffsetFile;
import io.millrace.log.embedded.segment.AbortedTransactionIndex;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What the names and sizes of a partition's files say, without opening it. Nothing is checked or changed: who goes by this opens the
 * partition to be sure. Used by one thread.
 */
public final class UnopenedPartition {
    private final long firstDirtyOffset;
    private final long recordsStart;
    private final List<SegmentFacts> segments;

    private UnopenedPartition(long firstDirtyOffset, long recordsStart, List<SegmentFacts> segments) {
        this.firstDirtyOffset = firstDirtyOffset;
        this.recordsStart = recordsStart;
        this.segments = segments;
    }

    /**
     * Looks at a partition's directory.
     *
     * @throws io.millrace.log.LogException if a file that it needs is damaged
     * @throws io.millrace.platform.StorageException if a file cannot be read, or is deleted meanwhile
     */
    public static UnopenedPartition look(Storage storage, TopicPartition topicPartition) {
        SegmentDirectory directory = new SegmentDirectory(storage, topicPartition.toString(), topicPartition, 0, "");
        TreeMap<Long, Long> sizes = new TreeMap<>();
        for (String name : storage.list(directory.path())) {
            OptionalLong baseOffset = LogFiles.offsetOf(name, LogFiles.LOG);
            if (baseOffset.isPresent()) {
                sizes.put(baseOffset.getAsLong(), storage.size(directory.path() + '/' + name));
            }
        }
        List<SegmentFacts> segments = new ArrayList<>();
        sizes.forEach((baseOffset, size) -> {
            Long next = sizes.higherKey(baseOffset);
            segments.add(new UnopenedSegment(directory, baseOffset, next == null ? Long.MAX_VALUE : next, size));
        });
        return new UnopenedPartition(
                written(directory, OffsetFile.Meaning.FIRST_DIRTY),
                written(directory, OffsetFile.Meaning.RECORDS_START),
                List.copyOf(segments));
    }

    private static long written(SegmentDirectory directory, OffsetFile.Meaning meaning) {
        return OffsetFile.open(directory, meaning).written();
    }

    /** All segments, oldest first; the last one is written on, and its end is not known. */
    public List<SegmentFacts> segments() {
        return segments;
    }

    /** Below this offset, no record is superseded by another one below. */
    public long firstDirtyOffset() {
        return firstDirtyOffset;
    }

    /** Below this offset all records are deleted. */
    public long recordsStart() {
        return recordsStart;
    }

    /** Its timestamps are read when somebody asks. */
    private record UnopenedSegment(SegmentDirectory directory, long baseOffset, long endOffset, long sizeBytes)
            implements SegmentFacts {
        /** Without its aborted transactions, which have no file while a segment is written on. */
        private Segment open() {
            return Segment.openSealed(directory, baseOffset, new AbortedTransactionIndex());
        }

        @Override
        public long firstTimestamp() {
            try (Segment segment = open()) {
                return segment.firstTimestampOfClosed();
            }
        }

        @Override
        public long maxTimestamp() {
            try (Segment segment = open()) {
                return segment.maxTimestamp();
            }
        }
    }
}
