package io.millrace.log.embedded.recovery;

import io.millrace.log.embedded.recovery.RepairPlan.Cut;
import io.millrace.log.embedded.recovery.RepairPlan.Offsets;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.log.embedded.segment.SegmentSwap;
import io.millrace.platform.Storage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Makes a partition that refuses to open usable again, at the cost of what stands behind its first damaged batch. Owned by one thread;
 * nobody has the partition open.
 *
 * <p>The repair itself is small files: once the recovery point is written down as the place of the damage, what lies there is damage
 * behind the recovery point, and the ordinary {@link LogRecovery} cuts it, with all its care for crashes (R2 to R4).
 */
public final class PartitionRepair {
    private final SegmentDirectory directory;
    private final Storage storage;

    public PartitionRepair(SegmentDirectory directory) {
        this.directory = directory;
        this.storage = directory.storage();
    }

    /** The directory, below that of the log, for what is taken out of it at this time. */
    public static String asideAt(Instant now) {
        return RepairAside.at(now);
    }

    /** Reads all batches and changes nothing. @param lastEnd how the log was left */
    public RepairPlan plan(LastEnd lastEnd) {
        if (!storage.isDirectory(directory.path())) {
            return planForGone(lastEnd);
        }
        return new RepairSurvey(directory, lastEnd).plan();
    }

    /** How far it went is known from the clean-shutdown marker, if that names it: the checkpoints are gone, too. */
    private RepairPlan planForGone(LastEnd lastEnd) {
        Damage gone = Damage.of(directory.path(), "the directory is gone, and all records with it", "it is begun anew");
        long knownEnd = lastEnd.clean() || lastEnd.soundOffset() == 0 ? RepairPlan.UNKNOWN : lastEnd.soundOffset();
        return new RepairPlan(
                directory.topicPartition(),
                List.of(gone),
                new Offsets(0, 0),
                new Offsets(0, knownEnd),
                0,
                0,
                Cut.NOTHING);
    }

    /**
     * Does what {@link #plan} says. May be interrupted anywhere and repeated. The partition must count as not cleanly closed before this is
     * called, so that whatever comes next recovers it.
     *
     * @param aside a directory that is created for what is taken out of the log
     */
    public void apply(RepairPlan plan, String aside) {
        if (!plan.isNeeded()) {
            return;
        }
        if (!storage.isDirectory(directory.path())) {
            storage.createDirectories(directory.path());
            storage.syncDirectory(directory.parent());
        }
        RepairAside kept = new RepairAside(directory, aside);
        resolveSwaps(kept);
        kept.keep(plan.cut());
        Checkpoints checkpoints = Checkpoints.openAnyhow(directory);
        long endOffset = plan.keptEndOffset();
        if (checkpoints.firstDirty().written() > endOffset) {
            checkpoints.firstDirty().set(endOffset);
        }
        checkpoints.logStart().set(plan.kept().startOffset());
        long recordsStart = Math.max(checkpoints.recordsStart().written(), 0);
        // What is appended where the log ends now is none of what was deleted there.
        checkpoints.recordsStart().set(Math.min(recordsStart, endOffset));
        if (checkpoints.recoveryPoint().isDamaged()
                || checkpoints.recoveryPoint().written() > endOffset) {
            checkpoints.recoveryPoint().set(endOffset);
        }
        RecoveredLog recovered = LogRecovery.repair(directory);
        recovered.segments().forEach(Segment::close);
    }

    /**
     * Completes what compaction decided, before a cut takes away what tells that it is whole; gives the segments that a damaged one was to
     * replace their names back, and takes that one away, last.
     */
    private void resolveSwaps(RepairAside kept) {
        SurveyedFiles files = SurveyedFiles.of(directory);
        for (Map.Entry<Long, SegmentDirectory> file : files.segments().entrySet()) {
            if (file.getValue().ending().equals(LogFiles.SWAP)) {
                SegmentSwap.complete(directory, file.getKey(), SegmentSwap.check(directory, file.getKey()));
            }
        }
        if (files.badSwaps().isEmpty()) {
            return;
        }
        for (Map.Entry<Long, SegmentDirectory> file : files.segments().entrySet()) {
            if (file.getValue().ending().equals(LogFiles.DELETED)) {
                restore(file.getKey());
            }
        }
        storage.syncDirectory(directory.path());
        for (long baseOffset : files.badSwaps()) {
            kept.move(directory.file(baseOffset, LogFiles.LOG + LogFiles.SWAP));
        }
        kept.sync();
    }

    private void restore(long baseOffset) {
        for (String name : storage.list(directory.path())) {
            for (String suffix : LogFiles.OF_SEGMENT) {
                OptionalLong offset = LogFiles.offsetOf(name, suffix + LogFiles.DELETED);
                if (offset.isPresent() && offset.getAsLong() == baseOffset) {
                    storage.rename(directory.path() + '/' + name, directory.file(baseOffset, suffix));
                }
            }
        }
    }
}
