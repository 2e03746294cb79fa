package io.millrace.log.embedded.partition;

import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.segment.AbortedTransactionIndex;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/**
 * What may be done to the closed segments of a partition: delete them, or put another one in the place of several. Used by one thread at a
 * time, within {@link #step}; appends, forces and reads go on meanwhile, but for the moments of a swap.
 */
public final class PartitionCleaning {
    /** A segment that is deleted, and when it was. */
    private record Retired(long endOffset, long atNanos) {}

    private final PartitionLog log;
    private final PartitionFiles files;
    private final Deque<Retired> retired = new ArrayDeque<>();

    PartitionCleaning(PartitionLog log, PartitionFiles files) {
        this.log = log;
        this.files = files;
    }

    /** Runs a bounded piece of work. @throws LogException if the partition is closed or has failed */
    public int step(IntSupplier work) {
        return log.clean(work);
    }

    public TopicPartition topicPartition() {
        return log.topicPartition();
    }

    public TopicSettings settings() {
        return log.settings().topic();
    }

    public SegmentDirectory directory() {
        return files.directory();
    }

    /** The segments that are complete, durable, decided, and not needed by a recovery; oldest first. */
    public List<ClosedSegment> segments() {
        return segments(log.view());
    }

    /** What a compaction goes by; to be closed. */
    public CleaningView acquire() {
        PartitionView view = log.acquireView();
        return new CleaningView(view, segments(view), log.withProducers(ProducerStateTable::lastBatches));
    }

    private List<ClosedSegment> segments(PartitionView view) {
        List<ClosedSegment> closed = new ArrayList<>();
        for (int i = view.retired(); i < files.cleanable(view, log.durableStableOffset()); i++) {
            closed.add(new ClosedSegment(view.segment(i), view.endOffset(i)));
        }
        return closed;
    }

    /**
     * Closes the segment that is written and begins a new one, if it is to be: nothing of it can be cleaned before. Appends wait meanwhile.
     *
     * @param isDue asked about the segment as it is now; must be quick
     * @throws LogException as {@link PartitionLog#append}, if the disk is full or fails
     */
    public boolean closeActive(Predicate<SegmentFacts> isDue) {
        return log.rollIf(active -> isDue.test(new ActiveSegment(active)));
    }

    /** True once the topic was deleted. */
    public boolean isDeleted() {
        return log.isDeleted();
    }

    /** True if nothing more is done to the partition before it is opened anew; whoever noticed the failure was told. */
    public boolean hasFailed() {
        return log.hasFailed();
    }

    /** Forces everything, so that what is closed and decided may be cleaned. */
    public void checkpoint() {
        log.checkpoint();
    }

    /** Changes when segments were deleted or replaced, not when one was added. */
    public Object layout() {
        PartitionView view = log.view();
        return List.of(view.logStartOffset(), view.layout());
    }

    /** Below this offset all records are deleted, and the segments that hold none but such may go. */
    public long recordsStart() {
        return log.view().recordsStart();
    }

    /** How many bytes the log's segments hold, without those that are deleted. */
    public long sizeBytes() {
        return log.view().sizeBytes();
    }

    /** The most that a compressed batch may inflate to. */
    public int maxInflatedBytes() {
        return log.settings().maxInflatedBatchBytes();
    }

    /** Forgets idle producers. @return how many */
    public int expireProducers(long nowMillis, long idleMillis) {
        return log.withProducers(producers -> producers.expire(nowMillis, idleMillis));
    }

    /** Below this offset, no record is superseded by another one below. */
    public long firstDirtyOffset() {
        return files.checkpoints().firstDirty().written();
    }

    public void advanceFirstDirty(long offset) {
        files.checkpoints().firstDirty().advanceTo(offset);
    }

    /**
     * Deletes the segments below an offset, where one of {@link #segments} begins or the last of them ends. The log starts there at once,
     * and stays so whatever crashes; readers inside the segments can go on until {@link #dropDeleted}.
     */
    public void deleteBelow(long newLogStartOffset, long nowNanos) {
        PartitionView view = log.view();
        log.alter(
                true,
                () -> {
                    files.deleteNamesBelow(view, newLogStartOffset);
                    return newLogStartOffset;
                },
                files::retire);
        retired.add(new Retired(newLogStartOffset, nowNanos));
    }

    /** Lets go of the segments that were deleted at or before a moment. @return how many */
    public int dropDeleted(long untilNanos) {
        int dropped = 0;
        while (!retired.isEmpty() && retired.peek().atNanos() - untilNanos <= 0) {
            long endOffset = retired.remove().endOffset();
            List<Segment> segments = new ArrayList<>();
            log.alter(true, () -> endOffset, offset -> segments.addAll(files.dropRetired(offset)));
            for (Segment segment : segments) {
                segment.close();
                files.deleteFilesOf(segment);
            }
            dropped += segments.size();
        }
        return dropped;
    }

    /**
     * Puts the segment that was written in full as {@code .cleaned} in the place of those from {@code baseOffset} to {@code endOffset},
     * durably. Readers inside them find their place in the new one.
     */
    public void replace(long baseOffset, long endOffset) {
        AbortedTransactionIndex aborted = Segment.abortedOfCleaned(files.directory(), baseOffset);
        List<Segment> replaced = new ArrayList<>();
        log.alter(
                false,
                () -> files.swap(baseOffset, endOffset, aborted),
                segment -> replaced.addAll(files.replace(segment, endOffset)));
        replaced.forEach(Segment::close);
    }

    /**
     * A segment that is no longer written.
     *
     * @param endOffset the offset behind it
     */
    public record ClosedSegment(Segment segment, long endOffset) implements SegmentFacts {
        public long baseOffset() {
            return segment.baseOffset();
        }

        @Override
        public long sizeBytes() {
            return segment.sizeBytes();
        }

        @Override
        public long firstTimestamp() {
            return segment.firstTimestampOfClosed();
        }

        @Override
        public long maxTimestamp() {
            return segment.maxTimestamp();
        }
    }

    /** The segment that is written. */
    private record ActiveSegment(Segment segment) implements SegmentFacts {
        @Override
        public long endOffset() {
            return segment.nextOffset();
        }

        @Override
        public long sizeBytes() {
            return segment.sizeBytes();
        }

        @Override
        public long firstTimestamp() {
            return segment.firstTimestamp();
        }

        @Override
        public long maxTimestamp() {
            return segment.maxTimestamp();
        }
    }
}
