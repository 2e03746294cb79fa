package io.millrace.log.embedded.retention;

import io.millrace.log.embedded.format.BatchRewriter;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.PartitionCleaning.ClosedSegment;
import io.millrace.log.embedded.segment.AbortedTransactionIndex;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The new segment that takes the place of a group of old ones, while it is written. Owned by one compaction. */
final class SegmentRewrite {
    private final Segment target;
    private final BatchView written = new BatchView();
    private final Set<Long> markers = new HashSet<>();
    private final long endOffset;
    private final boolean merges;

    private long nextOffset;
    /** Bytes of the group that were not taken yet. */
    private long unread;

    private boolean changed;

    SegmentRewrite(SegmentDirectory directory, List<ClosedSegment> group) {
        target = Segment.createCleaned(directory, group.get(0).baseOffset());
        nextOffset = target.baseOffset();
        endOffset = group.get(group.size() - 1).endOffset();
        merges = group.size() > 1;
        for (ClosedSegment segment : group) {
            unread += segment.sizeBytes();
        }
    }

    /** Takes the next batch of the group, or what stays of it. */
    void take(BatchView batch, CompactionFilter filter) {
        unread -= batch.sizeInBytes();
        // What is written again may grow; what replaces nothing never does.
        boolean mayGrow = target.sizeBytes() + 2L * batch.sizeInBytes() + unread <= Integer.MAX_VALUE;
        boolean isFiller = batch.recordCount() == 0 && !batch.hasProducerId();
        ByteBuffer rest = isFiller ? null : filter.rest(batch, mayGrow);
        if (rest == null) {
            changed |= !isFiller;
            return;
        }
        changed |= !rest.equals(ByteBuffer.wrap(batch.array(), batch.arrayOffset(), batch.sizeInBytes()));
        fillTo(batch.baseOffset());
        append(rest);
        if (batch.isControl()) {
            markers.add(batch.lastOffset());
        }
    }

    private void fillTo(long offset) {
        if (nextOffset < offset) {
            append(BatchRewriter.filler(nextOffset, offset));
        }
    }

    private void append(ByteBuffer bytes) {
        written.wrap(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        if (written.baseOffset() != nextOffset) {
            throw new IllegalStateException("A batch of offset " + written.baseOffset() + " was to follow offset "
                    + (nextOffset - 1) + " in " + target.path());
        }
        target.append(bytes, written);
        nextOffset = written.nextOffset();
    }

    /** Puts the new segment in the place of the old ones, unless it is the same. */
    void finish(PartitionCleaning partition, List<ClosedSegment> group) {
        boolean done = false;
        try {
            if (changed || merges) {
                fillTo(endOffset);
                group.forEach(old -> addAborted(old.segment().abortedTransactions()));
                target.finishCleaned();
                partition.replace(target.baseOffset(), endOffset);
                done = true;
            }
        } finally {
            if (!done) {
                discard();
            }
        }
    }

    private void addAborted(AbortedTransactionIndex old) {
        for (int i = 0; i < old.count(); i++) {
            if (markers.contains(old.lastOffset(i))) {
                target.addAborted(old.producerId(i), old.firstOffset(i), old.lastOffset(i), old.lastStableOffset(i));
            }
        }
    }

    void discard() {
        target.discardCleaned();
    }
}
