package io.millrace.log.embedded.partition;

import io.millrace.log.Durability;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.producer.ProducerSnapshots;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.recovery.RecoveryPointFile;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The files of one partition. Appending, rolling and closing are the writer's, under the partition's lock; forcing is done by one thread at a
 * time, under the lock for forcing, while the writer goes on.
 */
final class PartitionFiles {
    private final SegmentDirectory directory;
    private final ProducerSnapshots snapshots;
    private final RecoveryPointFile recoveryPointFile;

    /** Changed under the partition's lock. */
    private volatile PartitionSettings settings;

    /** Replaced as a whole, because views hold it. */
    private Segment[] segments;
    /** Segments were created that a power cut could take away; at first, also the directory may have been. */
    private volatile boolean directoryUnsynced = true;

    private boolean parentUnsynced = true;

    /** A roll failed, and may have left the next segment's file: nothing more may be written in front of that. */
    private boolean rollBegun;

    PartitionFiles(
            SegmentDirectory directory,
            PartitionSettings settings,
            ProducerSnapshots snapshots,
            RecoveryPointFile recoveryPointFile,
            Segment[] segments) {
        this.directory = directory;
        this.settings = settings;
        this.snapshots = snapshots;
        this.recoveryPointFile = recoveryPointFile;
        this.segments = segments;
    }

    Segment[] segments() {
        return segments;
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

    private boolean survivesPowerLoss() {
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
            directoryUnsynced = false;
            directory.storage().syncDirectory(directory.path());
        }
        if (parentUnsynced) {
            parentUnsynced = false;
            directory.storage().syncDirectory(directory.parent());
        }
    }

    /** Writes the recovery point down; the view's data up to there was forced, and the directory synced. */
    void checkpoint(PartitionView view, long durableOffset) {
        Segment[] closed = Arrays.copyOf(view.segments(), view.segmentCount() - 1);
        advanceRecoveryPoint(closed, durableOffset);
    }

    /** @param closed the segments that are no longer written; their indexes will be trusted by the next start */
    private void advanceRecoveryPoint(Segment[] closed, long durableOffset) {
        for (Segment segment : closed) {
            segment.forceIndexes();
        }
        recoveryPointFile.advanceTo(durableOffset);
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

    /** Recovery begins where the segment of the recovery point does, however many snapshots clean ends left behind that. */
    private void pruneSnapshots() {
        long recoveryPoint = recoveryPointFile.written();
        long checkedFrom = segments[0].baseOffset();
        for (Segment segment : segments) {
            if (segment.baseOffset() < recoveryPoint) {
                checkedFrom = segment.baseOffset();
            }
        }
        snapshots.prune(checkedFrom, recoveryPoint);
    }

    void close() {
        for (Segment segment : segments) {
            segment.close();
        }
    }
}
