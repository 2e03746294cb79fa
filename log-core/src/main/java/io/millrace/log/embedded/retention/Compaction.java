package io.millrace.log.embedded.retention;

import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.partition.CleaningView;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.PartitionCleaning.ClosedSegment;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One compaction of a partition, a bounded piece a step: first the newest offset of each key is looked up in what was not compacted yet, then
 * all segments are written anew, several small ones as one, each put in the place of the old ones before the next is begun. Owned by the
 * cleaner's loop; each step is one of the partition's cleaning.
 */
final class Compaction implements AutoCloseable {
    /** How much is read in a step. */
    private static final long STEP_BYTES = 4 << 20;
    /** Takes about 50 MiB. Where a log has more keys to look up, the rest waits for the next compaction. */
    private static final int MOST_KEYS = 3 << 19;

    private final PartitionCleaning partition;
    private final CleaningView view;
    private final List<ClosedSegment> segments;
    private final CompactionFilter filter;
    private final KeyOffsets keys;
    private final RecordIterator records;
    private final long firstDirty;

    /** The offset up to which the newest offset of each key is known. */
    private long mappedTo;

    private boolean mapped;
    private int nextSegment;
    private @Nullable BatchScanner scanner;
    private @Nullable SegmentRewrite rewrite;
    private List<ClosedSegment> group = List.of();
    private int nextInGroup;

    private Compaction(
            PartitionCleaning partition,
            CleaningView view,
            List<ClosedSegment> segments,
            long nowMillis,
            int mostKeys) {
        this.partition = partition;
        this.view = view;
        this.segments = segments;
        keys = new KeyOffsets(mostKeys);
        records = new RecordIterator(partition.topicPartition(), partition.maxInflatedBytes());
        firstDirty = Math.max(partition.firstDirtyOffset(), segments.get(0).baseOffset());
        mappedTo = firstDirty;
        filter = new CompactionFilter(partition, view, keys, nowMillis);
        nextSegment = firstDirtySegment();
    }

    /** A compaction of what its topic says may and should be compacted now, null if there is nothing; to be closed. */
    static @Nullable Compaction begin(PartitionCleaning partition, long nowMillis) {
        return begin(partition, nowMillis, MOST_KEYS);
    }

    /** The same, looking up so many keys at the most. */
    static @Nullable Compaction begin(PartitionCleaning partition, long nowMillis, int mostKeys) {
        TopicSettings settings = partition.settings();
        if (!settings.cleanup().compacts()) {
            return null;
        }
        CleaningView view = partition.acquire();
        Compaction begun = null;
        try {
            long firstDirty = partition.firstDirtyOffset();
            int compactable = CleaningRule.compactable(view.segments(), firstDirty, settings, nowMillis);
            List<ClosedSegment> segments = view.segments().subList(0, compactable);
            if (CleaningRule.compactionIsDue(view.segments(), firstDirty, settings, nowMillis)) {
                begun = new Compaction(partition, view, segments, nowMillis, mostKeys);
            }
            return begun;
        } finally {
            if (begun == null) {
                view.close();
            }
        }
    }

    private int firstDirtySegment() {
        int index = 0;
        while (segments.get(index).endOffset() <= firstDirty) {
            index++;
        }
        return index;
    }

    /** Does a piece of the work. @return true when nothing is left to do */
    boolean step() {
        if (!mapped) {
            map();
            return false;
        }
        SegmentRewrite present = rewrite;
        if (present == null) {
            return !beginGroup();
        }
        if (copy(present)) {
            rewrite = null;
            present.finish(partition, group);
            group = List.of();
        }
        return false;
    }

    /** Reads on in what is dirty. */
    private void map() {
        long budget = STEP_BYTES;
        while (budget > 0) {
            if (nextSegment == segments.size()) {
                mapped = true;
                nextSegment = 0;
                return;
            }
            ClosedSegment segment = segments.get(nextSegment);
            if (scanner == null) {
                long from = segment.segment().locate(Math.max(firstDirty, segment.baseOffset()), segment.sizeBytes());
                scanner = new BatchScanner(segment.segment(), from, segment.sizeBytes());
            }
            BatchScanner batches = scanner;
            if (batches.next()) {
                budget -= batches.batch().sizeInBytes();
                if (!map(batches.batch())) {
                    mapped = true;
                    scanner = null;
                    nextSegment = 0;
                    return;
                }
                mappedTo = batches.batch().nextOffset();
            } else {
                check(batches, segment);
                mappedTo = segment.endOffset();
                scanner = null;
                nextSegment++;
            }
        }
    }

    /** @return false if there are too many keys; a first batch is taken whole, or no compaction would ever come further */
    private boolean map(BatchView batch) {
        if (batch.isControl() || view.isAborted(batch)) {
            return true;
        }
        boolean isFirst = mappedTo == firstDirty;
        batch.records(records);
        while (records.next()) {
            BytesView key = records.key();
            if (key == null || records.offset() < firstDirty) {
                continue;
            }
            if (!keys.put(key, records.offset())) {
                if (!isFirst) {
                    return false;
                }
                keys.allowOneMore();
                keys.put(key, records.offset());
            }
        }
        return true;
    }

    /** @return false if there is no group of segments left: then all is done */
    private boolean beginGroup() {
        if (nextSegment == segments.size() || segments.get(nextSegment).baseOffset() >= mappedTo) {
            partition.advanceFirstDirty(mappedTo);
            return false;
        }
        filter.beginGroup(mappedTo);
        List<ClosedSegment> together = new ArrayList<>();
        long bytes = 0;
        long base = segments.get(nextSegment).baseOffset();
        while (nextSegment < segments.size()) {
            ClosedSegment segment = segments.get(nextSegment);
            bytes += segment.sizeBytes();
            boolean fits = bytes <= partition.settings().segmentBytes()
                    && segment.endOffset() - base <= Integer.MAX_VALUE
                    && segment.baseOffset() < mappedTo;
            if (!together.isEmpty() && !fits) {
                break;
            }
            together.add(segment);
            nextSegment++;
        }
        group = List.copyOf(together);
        nextInGroup = 0;
        rewrite = new SegmentRewrite(partition.directory(), group);
        return true;
    }

    /** Copies what stays of the group. @return true when all of it is copied */
    private boolean copy(SegmentRewrite to) {
        long budget = STEP_BYTES;
        while (budget > 0) {
            if (nextInGroup == group.size()) {
                return true;
            }
            ClosedSegment segment = group.get(nextInGroup);
            if (scanner == null) {
                scanner = new BatchScanner(segment.segment(), 0, segment.sizeBytes());
            }
            BatchScanner batches = scanner;
            if (batches.next()) {
                budget -= batches.batch().sizeInBytes();
                to.take(batches.batch(), filter);
            } else {
                check(batches, segment);
                scanner = null;
                nextInGroup++;
            }
        }
        return false;
    }

    private void check(BatchScanner batches, ClosedSegment segment) {
        String fault = batches.fault();
        if (fault != null) {
            throw segment.segment().damagedAt(batches.position(), "it is not compacted, " + fault);
        }
    }

    /** Lets go of everything; what was begun and not finished is deleted. */
    @Override
    public void close() {
        try {
            SegmentRewrite unfinished = rewrite;
            if (unfinished != null) {
                rewrite = null;
                unfinished.discard();
            }
        } finally {
            filter.close();
            view.close();
        }
    }
}
