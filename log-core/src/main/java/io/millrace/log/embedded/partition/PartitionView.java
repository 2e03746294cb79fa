package io.millrace.log.embedded.partition;

import io.millrace.log.Isolation;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.segment.AbortedTransactionIndex;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.Segment;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a partition looked like at an instant. Immutable, but that the last stable offset rises when a commit that was held back then is
 * released: safe to read from any thread.
 */
public final class PartitionView {
    private final Segment[] segments;
    /** How many segments at the front are deleted, and only kept for readers inside them. */
    private final int retired;
    /** Below this offset records are deleted, also within a segment that stays. */
    private final long recordsStart;
    /** Rises whenever segments were replaced or dropped, not when one was added or retired. */
    private final long layout;

    private final long activeSizeBytes;
    private final long logEndOffset;
    private final long highWatermark;
    private final long lastStableOffset;
    private final long decidedOffset;
    /** The offset of the last marker that aborted a transaction, −1 if there is none: spares most readers the search. */
    private final long lastAbortOffset;

    private final HeldCommits held;
    /** Null if the log ends where this view does. */
    private final @Nullable BrokenEnd brokenEnd;

    private PartitionView(
            Segment[] segments,
            int retired,
            long recordsStart,
            long layout,
            long activeSizeBytes,
            long logEndOffset,
            long highWatermark,
            long lastStableOffset,
            long decidedOffset,
            long lastAbortOffset,
            HeldCommits held,
            @Nullable BrokenEnd brokenEnd) {
        this.segments = segments;
        this.retired = retired;
        this.recordsStart = recordsStart;
        this.layout = layout;
        this.activeSizeBytes = activeSizeBytes;
        this.logEndOffset = logEndOffset;
        this.highWatermark = highWatermark;
        this.lastStableOffset = lastStableOffset;
        this.decidedOffset = decidedOffset;
        this.lastAbortOffset = lastAbortOffset;
        this.held = held;
        this.brokenEnd = brokenEnd;
    }

    /**
     * The view of a log that consists of these segments now. Called by the writer.
     *
     * @param files whose segments are not changed afterwards, but replaced as a whole
     * @param firstUndecidedOffset where the oldest transaction begins that has no marker
     * @param firstUndurableOffset where the oldest one begins that has none which is durable, though it should be
     * @param held those that readers do not see yet because of another partition
     */
    static PartitionView of(
            PartitionFiles files,
            long firstUndecidedOffset,
            long firstUndurableOffset,
            long highWatermark,
            long lastAbortOffset,
            HeldCommits held) {
        Segment[] segments = files.segments();
        Segment active = files.active();
        long end = active.nextOffset();
        long start = Math.max(segments[files.retired()].baseOffset(), files.recordsStart());
        return new PartitionView(
                segments,
                files.retired(),
                files.recordsStart(),
                files.layout(),
                active.sizeBytes(),
                end,
                highWatermark,
                LastStableOffset.of(Math.min(firstUndecidedOffset, firstUndurableOffset), highWatermark, start),
                LastStableOffset.of(firstUndecidedOffset, end, start),
                lastAbortOffset,
                held,
                null);
    }

    /**
     * The view of a log whose files another process may own: these segments, the first {@code retired} of them deleted, up to the end of the
     * last one. What is forced of it is not known here, so everything in the files counts as durable.
     *
     * @param deletedBelow where the records begin, if that is within the log
     * @param brokenEnd what readers are told at the end, if more should be there
     */
    static PartitionView followed(
            Segment[] segments,
            int retired,
            long deletedBelow,
            long layout,
            ProducerStateTable producers,
            @Nullable BrokenEnd brokenEnd) {
        Segment active = segments[segments.length - 1];
        long end = active.nextOffset();
        // Of a log that is cut short by damage, the start may be among what is gone.
        long recordsStart = Math.min(deletedBelow, end);
        long start = Math.max(segments[retired].baseOffset(), recordsStart);
        long lastAbortOffset = -1;
        for (Segment segment : segments) {
            int aborted = segment.abortedTransactions().count();
            if (aborted > 0) {
                lastAbortOffset = segment.abortedTransactions().lastOffset(aborted - 1);
            }
        }
        long stable = LastStableOffset.of(producers.firstUndecidedOffset(end), end, start);
        return new PartitionView(
                segments,
                retired,
                recordsStart,
                layout,
                active.sizeBytes(),
                end,
                end,
                stable,
                stable,
                lastAbortOffset,
                HeldCommits.NONE,
                brokenEnd);
    }

    /** True if no reader can tell this view from the other. */
    boolean showsTheSameAs(PartitionView other) {
        return layout == other.layout
                && retired == other.retired
                && recordsStart == other.recordsStart
                && activeSizeBytes == other.activeSizeBytes
                && Objects.equals(brokenEnd, other.brokenEnd)
                && Arrays.equals(segments, other.segments);
    }

    /** The first offset of the log. */
    public long logStartOffset() {
        return Math.max(segments[retired].baseOffset(), recordsStart);
    }

    /** Below this offset records were deleted on demand; the log may start later, for retention. */
    long recordsStart() {
        return recordsStart;
    }

    /**
     * The first offset that a reader can still reach who began before its segment was deleted; at most the log start offset. Of records that
     * were deleted on demand nobody reads on.
     */
    long firstReadableOffset() {
        return Math.max(segments[0].baseOffset(), recordsStart);
    }

    /** Where readers could stop if everything in this view were durable. */
    long decidedOffset() {
        return unheld(decidedOffset);
    }

    /** A number that is another one when segments of an earlier view are no longer part of this one. */
    public long layout() {
        return layout;
    }

    /** How many segments at the front are deleted. */
    int retired() {
        return retired;
    }

    /** The offset that the next record gets, or would get if the log were not damaged before. */
    public long logEndOffset() {
        return brokenEnd == null ? logEndOffset : brokenEnd.knownEndOffset();
    }

    /** True if the log went on to where it is damaged, or gone. */
    boolean isBroken() {
        return brokenEnd != null;
    }

    /** True if it was this that was found there. */
    boolean isBrokenAs(BrokenEnd broken) {
        return broken.isThatOf(brokenEnd);
    }

    /** Called by who has read all of the view. @throws CorruptionException if there should be more */
    void checkEnd() {
        if (brokenEnd != null) {
            throw brokenEnd.error();
        }
    }

    /** Everything below survives what the log's durability names (W6). */
    public long highWatermark() {
        return highWatermark;
    }

    /**
     * Everything below is decided, in all its partitions: committed, aborted, or written without a transaction. Never past the high watermark.
     * Asked again, it may have risen.
     */
    public long lastStableOffset() {
        return unheld(lastStableOffset);
    }

    /** The offset, or where readers stop for a transaction that is held back at this instant. */
    private long unheld(long offset) {
        long bound = held.bound(offset);
        return bound == offset ? offset : Math.max(bound, logStartOffset());
    }

    /** One past the last offset that a reader of this isolation can reach, or could if the log were not damaged before. */
    public long endOffset(Isolation isolation) {
        return brokenEnd == null ? readableEndOffset(isolation) : brokenEnd.knownEndOffset();
    }

    /** The same as far as the log is sound. */
    long readableEndOffset(Isolation isolation) {
        return switch (isolation) {
            case READ_COMMITTED -> lastStableOffset();
            case READ_UNCOMMITTED -> logEndOffset;
        };
    }

    /** How many bytes the log's segments hold, without indexes. */
    public long sizeBytes() {
        long size = activeSizeBytes;
        for (int i = retired; i < segments.length - 1; i++) {
            size += segments[i].sizeBytes();
        }
        return size;
    }

    /** True if the transactional batch of this producer, below the last stable offset, belongs to an aborted transaction. */
    boolean isAborted(long producerId, long baseOffset) {
        if (baseOffset > lastAbortOffset) {
            return false;
        }
        for (int i = segmentOf(baseOffset); i < segments.length; i++) {
            AbortedTransactionIndex aborted = segments[i].abortedTransactions();
            for (int entry = aborted.firstEndingAfter(baseOffset); entry < aborted.count(); entry++) {
                if (aborted.producerId(entry) == producerId && aborted.firstOffset(entry) <= baseOffset) {
                    return true;
                }
                if (aborted.lastStableOffset(entry) > baseOffset) {
                    // What ended later began later.
                    return false;
                }
            }
        }
        return false;
    }

    /** Hands every batch from the one that holds {@code fromOffset} up to the log end offset to {@code visitor}, in order. */
    void forEachBatch(long fromOffset, Consumer<BatchView> visitor) {
        for (int i = segmentOf(fromOffset); i < segments.length; i++) {
            Segment segment = segments[i];
            long end = endPosition(i);
            BatchScanner scanner = new BatchScanner(segment, segment.locate(fromOffset, end), end);
            while (scanner.next()) {
                visitor.accept(scanner.batch());
            }
            String fault = scanner.fault();
            if (fault != null) {
                throw segment.damagedAt(scanner.position(), fault);
            }
        }
        checkEnd();
    }

    /** Keeps all files open until {@link #release}. @return false if one of them is closed already */
    boolean acquire() {
        for (int i = 0; i < segments.length; i++) {
            if (!segments[i].acquire()) {
                for (int acquired = 0; acquired < i; acquired++) {
                    segments[acquired].release();
                }
                return false;
            }
        }
        return true;
    }

    void release() {
        for (Segment segment : segments) {
            segment.release();
        }
    }

    int segmentCount() {
        return segments.length;
    }

    Segment segment(int index) {
        return segments[index];
    }

    /** How far a segment's file is published. */
    long endPosition(int index) {
        return index == segments.length - 1 ? activeSizeBytes : segments[index].sizeBytes();
    }

    /** The offset behind a segment. */
    long endOffset(int index) {
        return index == segments.length - 1 ? logEndOffset : segments[index + 1].baseOffset();
    }

    /** The segment that holds an offset at or above the log start offset. */
    int segmentOf(long offset) {
        int low = 0;
        int high = segments.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (segments[middle].baseOffset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The segments, oldest first; not to be changed. */
    Segment[] segments() {
        return segments;
    }
}
