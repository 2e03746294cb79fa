package io.millrace.log.embedded.recovery;

import io.millrace.log.embedded.producer.ProducerSnapshots;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Makes a partition that refuses to open usable again, at the cost of what stands behind its first damaged batch. Owned by one thread;
 * nobody has the partition open.
 *
 * <p>The repair itself is one small file: once the recovery point is written down as the place of the damage, what lies there is damage
 * behind the recovery point, and the ordinary {@link LogRecovery} cuts it, with all its care for crashes (R2 to R4).
 */
public final class PartitionRepair {
    private final SegmentDirectory directory;
    private final Storage storage;

    public PartitionRepair(SegmentDirectory directory) {
        this.directory = directory;
        this.storage = directory.storage();
    }

    /** Reads all batches and changes nothing. @param lastEnd how the log was left */
    public RepairPlan plan(LastEnd lastEnd) {
        if (!storage.isDirectory(directory.path())) {
            return new RepairPlan(
                    directory.topicPartition(), "the directory is gone, and all records with it", 0, 0, 0);
        }
        long recoveryPoint = Checkpoints.open(directory).recoveryPoint().written();
        // After a clean end it was written down as far as the log went.
        Findings findings =
                new Findings(lastEnd.clean() ? recoveryPoint : Math.max(recoveryPoint, lastEnd.soundOffset()));
        for (long baseOffset : baseOffsets()) {
            Segment segment = Segment.openForRebuild(directory, baseOffset);
            try {
                findings.scan(segment);
            } finally {
                segment.close();
            }
        }
        return findings.plan();
    }

    private List<Long> baseOffsets() {
        List<Long> baseOffsets = new ArrayList<>();
        for (String name : storage.list(directory.path())) {
            OptionalLong baseOffset = LogFiles.offsetOf(name, LogFiles.LOG);
            if (baseOffset.isPresent()) {
                baseOffsets.add(baseOffset.getAsLong());
            }
        }
        return baseOffsets;
    }

    /** What a look at segment after segment found. */
    private final class Findings {
        /** Everything below has to be there. */
        private final long soundOffset;

        private String damage = "";
        private long expected = -1;
        private long keptEndOffset;
        private long lostEndOffset;
        private long lostBytes;
        /** Of the segment that is scanned. */
        private long soundBytes;

        Findings(long soundOffset) {
            this.soundOffset = soundOffset;
            lostEndOffset = soundOffset;
        }

        /** What a damaged batch says of its own offsets is not believed; the next segment's name is. */
        void scan(Segment segment) {
            long next = segment.baseOffset();
            long size = segment.fileSizeBytes();
            soundBytes = damage.isEmpty() ? size : 0;
            if (expected >= 0 && next != expected) {
                found(segment, 0, expected, "the segment begins at another offset");
            }
            BatchScanner scanner = new BatchScanner(segment, 0, size);
            while (scanner.next()) {
                long baseOffset = scanner.batch().baseOffset();
                if (baseOffset != next) {
                    found(segment, scanner.position(), next, "a batch has base offset " + baseOffset);
                    break;
                }
                next = scanner.batch().nextOffset();
            }
            String fault = scanner.fault();
            if (fault != null) {
                found(segment, scanner.position(), next, fault);
            }
            expected = next;
            lostEndOffset = Math.max(lostEndOffset, next);
            lostBytes += size - soundBytes;
        }

        private void found(Segment segment, long position, long atOffset, String what) {
            if (damage.isEmpty()) {
                damage = segment.path() + " is damaged at position " + position + ", where offset " + atOffset
                        + " is expected: " + what;
                keptEndOffset = atOffset;
                soundBytes = position;
            }
        }

        RepairPlan plan() {
            if (damage.isEmpty() && expected >= soundOffset) {
                return new RepairPlan(directory.topicPartition(), "", expected, expected, 0);
            }
            if (damage.isEmpty()) {
                keptEndOffset = Math.max(expected, 0);
                damage = "the log ends at offset " + keptEndOffset + " and went on to " + soundOffset;
            }
            return new RepairPlan(directory.topicPartition(), damage, keptEndOffset, lostEndOffset, lostBytes);
        }
    }

    /**
     * Does what {@link #plan} says. May be interrupted anywhere and repeated. The partition must count as not cleanly closed before this is
     * called, so that whatever comes next recovers it.
     */
    public void apply(RepairPlan plan) {
        if (!plan.isNeeded()) {
            return;
        }
        if (!storage.isDirectory(directory.path())) {
            storage.createDirectories(directory.path());
            storage.syncDirectory(directory.parent());
        }
        Checkpoints checkpoints = Checkpoints.open(directory);
        checkpoints.firstDirty().lowerTo(plan.keptEndOffset());
        checkpoints.recoveryPoint().lowerTo(plan.keptEndOffset());
        RecoveredLog recovered = LogRecovery.recover(
                directory, new ProducerSnapshots(directory), LastEnd.UNCLEAN, Checkpoints.open(directory));
        recovered.segments().forEach(Segment::close);
    }
}
