package io.millrace.log.embedded.partition;

import io.millrace.log.Durability;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.producer.ProducerSnapshots;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.recovery.Checkpoints;
import io.millrace.log.embedded.segment.AbortedTransactionIndex;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.log.embedded.segment.SegmentSwap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The files of one partition. Appending, rolling and closing are the writer's, under the partition's lock; forcing is done by one thread at a
 * time, under the lock for forcing, while the writer goes on.
 */
final class PartitionFiles {
    private final SegmentDirectory directory;
    private final ProducerSnapshots snapshots;
    private final Checkpoints checkpoints;

    /** Changed under the partition's lock. */
    private volatile PartitionSettings settings;

    /** Replaced as a whole, because views hold it. */
    private Segment[] segments;
    /** How many segments at the front are deleted, and only kept for readers inside them. */
    private int retired;
    /** Below this offset records are deleted. Changed under the partition's lock. */
    private long recordsStart;
    /** How often segments were replaced or dropped. */
    private long layout;

    /** What a start after a crash may have to check, for a log to be closed without any write or force. */
    private static final int QUICK_CHECK_BYTES = 1 << 20;

    /** What ends up to here is closed and durable with its indexes, and so is the existence of the segment behind it. */
    private volatile long closedDurablyTo;

    /** Segments were created that a power cut could take away. */
    private volatile boolean directoryUnsynced;

    private boolean parentUnsynced;

    /** A roll failed, and may have left the next segment's file: nothing more may be written in front of that. */
    private boolean rollBegun;

    /** @param directoryDurable true if the directory and its entries are known to be durable */
    PartitionFiles(
            SegmentDirectory directory,
            PartitionSettings settings,
            ProducerSnapshots snapshots,
            Checkpoints checkpoints,
            Segment[] segments,
            boolean directoryDurable) {
        this.directory = directory;
        this.settings = settings;
        this.snapshots = snapshots;
        this.checkpoints = checkpoints;
        this.segments = segments;
        recordsStart = checkpoints.recordsStart().written();
        directoryUnsynced = !directoryDurable;
        parentUnsynced = !directoryDurable;
        closedDurablyTo = directoryDurable ? active().baseOffset() : 0;
    }

    Segment[] segments() {
        return segments;
    }

    int retired() {
        return retired;
    }

    long recordsStart() {
        return recordsStart;
    }

    long layout() {
        return layout;
    }

    Segment active() {
        return segments[segments.length - 1];
    }

    PartitionSettings settings() {
        return settings;
    }

    /** Other settings of the topic, from the next append on. */
    void configure(PartitionSettings changed) {
        settings = changed;
    }

    /** True if what is acknowledged has to survive a power cut. */
    boolean survivesPowerLoss() {
        return settings.durability() == Durability.POWER_LOSS;
    }

    /** True if the batch, whose offsets are final, belongs into a new segment. */
    boolean needsRoll(BatchView batch) {
        Segment active = active();
        if (active.sizeBytes() == 0) {
            return false;
        }
        return rollBegun
                || active.sizeBytes() + batch.sizeInBytes() > settings.topic().segmentBytes()
                || isTooOld(active, batch)
                || !active.hasRoomFor(batch.lastOffset(), batch.sizeInBytes());
    }

    /**
     * By the timestamps of data, as in Kafka: what is loaded late with its own timestamps is divided as if it had come in time. A marker has
     * the time of its append, which says nothing about the data around it.
     */
    private boolean isTooOld(Segment active, BatchView batch) {
        if (batch.isControl()) {
            return false;
        }
        long age = batch.maxTimestamp() - active.firstTimestamp();
        return age > settings.topic().segmentAge().toMillis();
    }

    /**
     * Closes the active segment and begins a new one. When this throws, the former one is still active, and the call has to be repeated
     * before the next append. With {@code POWER_LOSS} everything before the new segment is durable at return, and so is the new segment's existence: data that is forced
     * in it can never stand behind a hole (W5).
     */
    void roll(ProducerStateTable producers) {
        Segment old = active();
        long baseOffset = old.nextOffset();
        boolean durable = survivesPowerLoss();
        rollBegun = true;
        old.writeIndexes(durable);
        if (durable) {
            old.force();
        }
        snapshots.write(baseOffset, producers, durable);
        Segment next = Segment.create(directory, baseOffset);
        try {
            if (durable) {
                directory.storage().syncDirectory(directory.path());
                advanceRecoveryPoint(segments, baseOffset);
                closedDurablyTo = baseOffset;
            } else {
                directoryUnsynced = true;
            }
            pruneSnapshots();
        } catch (RuntimeException failed) {
            next.close();
            throw failed;
        }
        Segment[] longer = Arrays.copyOf(segments, segments.length + 1);
        longer[segments.length] = next;
        segments = longer;
        rollBegun = false;
        old.seal();
    }

    void append(ByteBuffer bytes, BatchView batch) {
        active().append(bytes, batch);
    }

    /** Forces the data of everything in the view that ends behind {@code durableOffset}. Called by one thread at a time, without the lock. */
    void force(PartitionView view, long durableOffset) {
        for (int i = view.segmentCount() - 1; i >= 0 && view.endOffset(i) > durableOffset; i--) {
            view.segment(i).force();
        }
        if (directoryUnsynced) {
            // Before, for the writer may begin a new segment meanwhile.
            directoryUnsynced = false;
            boolean synced = false;
            try {
                directory.storage().syncDirectory(directory.path());
                synced = true;
            } finally {
                if (!synced) {
                    directoryUnsynced = true;
                }
            }
        }
        if (parentUnsynced) {
            directory.storage().syncDirectory(directory.parent());
            parentUnsynced = false;
        }
    }

    /**
     * Writes the recovery point down; the view's data up to there was forced, and the directory synced. What fails for want of space or files
     * can be repeated: then nothing is written down that is not so.
     */
    void checkpoint(PartitionView view, long durableOffset) {
        Segment[] closed = Arrays.copyOf(view.segments(), view.segmentCount() - 1);
        advanceRecoveryPoint(closed, durableOffset);
        closedDurablyTo = view.segment(closed.length).baseOffset();
    }

    /** @param closed the segments that are no longer written; their indexes will be trusted by the next start */
    private void advanceRecoveryPoint(Segment[] closed, long durableOffset) {
        for (Segment segment : closed) {
            segment.forceIndexes();
        }
        snapshots.forceUpTo(durableOffset);
        checkpoints.recoveryPoint().advanceTo(durableOffset);
    }

    /** True if the recovery point that is written down, and the directory's entries, are durable up to there. */
    boolean isCheckpointed(long offset) {
        return !directoryUnsynced && checkpoints.recoveryPoint().written() >= offset;
    }

    /** True if a start after a crash is about as quick as one after a clean end, and the promise of durability does not ask for more. */
    boolean isQuicklyChecked() {
        long bytes = 0;
        for (int i = firstChecked(segments); i < segments.length; i++) {
            bytes += segments[i].sizeBytes();
        }
        return !survivesPowerLoss() && bytes <= QUICK_CHECK_BYTES;
    }

    /** Writes what makes the next open cheap; everything before has been forced. */
    void finish(ProducerStateTable producers) {
        Segment active = active();
        active.writeIndexes(true);
        snapshots.write(active.nextOffset(), producers, true);
        directory.storage().syncDirectory(directory.path());
        advanceRecoveryPoint(segments, active.nextOffset());
        pruneSnapshots();
    }

    /** Deletes what was kept for readers; at the end of the log. */
    void deleteRetired() {
        for (int i = 0; i < retired; i++) {
            deleteFilesOf(segments[i]);
        }
    }

    /** Recovery begins where the segment of the recovery point does, however many snapshots clean ends left behind that. */
    private void pruneSnapshots() {
        snapshots.prune(
                segments[firstChecked(segments)].baseOffset(),
                checkpoints.recoveryPoint().written());
    }

    /** The segment from which on a start after a crash checks everything; the segments before it are only read. */
    private int firstChecked(Segment[] present) {
        long recoveryPoint = checkpoints.recoveryPoint().written();
        int found = 0;
        while (found + 1 < present.length && present[found + 1].baseOffset() < recoveryPoint) {
            found++;
        }
        return found;
    }

    /** How many segments at the front are complete, durable, decided, and not needed by a recovery: those can be deleted or compacted. */
    int cleanable(PartitionView view, long durableStableOffset) {
        int count = firstChecked(view.segments());
        // A segment that ends at the recovery point is checked by a start after a crash, but not needed by it.
        while (count < view.segmentCount() - 1 && view.endOffset(count) <= closedDurablyTo) {
            count++;
        }
        while (count > 0 && view.endOffset(count - 1) > durableStableOffset) {
            count--;
        }
        return count;
    }

    SegmentDirectory directory() {
        return directory;
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    /** Has the records begin at an offset, whatever crashes from now on. */
    void writeRecordsStart(long offset) {
        checkpoints.recordsStart().advanceTo(offset);
    }

    /** The same for readers. Under the lock. */
    void startRecordsAt(long offset) {
        recordsStart = offset;
    }

    /**
     * Deletes everything below an offset, where a segment begins, as far as names go: readers inside go on with the open files. Durable at
     * return; the segments are still to be {@linkplain #retire retired}. A failure leaves nothing but more to do for the next call or start.
     */
    void deleteNamesBelow(PartitionView view, long newLogStartOffset) {
        checkpoints.logStart().advanceTo(newLogStartOffset);
        snapshots.deleteBelow(newLogStartOffset);
        for (int i = view.retired();
                i < view.segmentCount() - 1 && view.segment(i).baseOffset() < newLogStartOffset;
                i++) {
            for (String suffix : LogFiles.OF_SEGMENT) {
                String path = directory.file(view.segment(i).baseOffset(), suffix);
                if (directory.storage().exists(path)) {
                    directory.storage().rename(path, path + LogFiles.DELETED);
                }
            }
        }
    }

    /** Has new readers begin at an offset, where a segment begins. Under the lock. */
    void retire(long newLogStartOffset) {
        while (segments[retired].baseOffset() < newLogStartOffset) {
            retired++;
        }
    }

    /** Takes retired segments that begin below an offset out of the log. Under the lock. @return those segments, still open */
    List<Segment> dropRetired(long belowOffset) {
        int count = 0;
        while (count < retired && segments[count].baseOffset() < belowOffset) {
            count++;
        }
        List<Segment> dropped = List.of(Arrays.copyOf(segments, count));
        if (count > 0) {
            segments = Arrays.copyOfRange(segments, count, segments.length);
            retired -= count;
            layout++;
        }
        return dropped;
    }

    void deleteFilesOf(Segment deleted) {
        for (String suffix : LogFiles.OF_SEGMENT) {
            directory.storage().delete(directory.file(deleted.baseOffset(), suffix + LogFiles.DELETED));
        }
    }

    /**
     * Puts a segment that is written in full as {@code .cleaned} in the place of others, on the disk. Durable at return.
     *
     * @param aborted its aborted transactions, read before: what is decided here must not fail by a read
     */
    Segment swap(long baseOffset, long endOffset, AbortedTransactionIndex aborted) {
        snapshots.deleteBelow(endOffset);
        SegmentSwap.commit(directory, baseOffset);
        SegmentSwap.complete(directory, baseOffset, endOffset);
        return Segment.openSealed(directory, baseOffset, aborted);
    }

    /** The same in memory. Under the lock. @return the segments that were replaced, still open */
    List<Segment> replace(Segment by, long endOffset) {
        List<Segment> replaced = new ArrayList<>();
        List<Segment> present = new ArrayList<>();
        for (int i = 0; i < segments.length; i++) {
            Segment segment = segments[i];
            if (i < retired || segment.baseOffset() < by.baseOffset() || segment.baseOffset() >= endOffset) {
                present.add(segment);
            } else {
                replaced.add(segment);
                if (replaced.size() == 1) {
                    present.add(by);
                }
            }
        }
        segments = present.toArray(new Segment[0]);
        layout++;
        return replaced;
    }

    void close() {
        for (Segment segment : segments) {
            segment.close();
        }
    }
}
