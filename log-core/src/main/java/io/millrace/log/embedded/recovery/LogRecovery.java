package io.millrace.log.embedded.recovery;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.producer.CompletedTransaction;
import io.millrace.log.embedded.producer.ProducerSnapshots;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.recovery.RecoveryVerdict.Finding;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.log.embedded.segment.SegmentSwap;
import io.millrace.platform.Storage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Opens one partition's files, once, on one thread. After a clean end they are trusted, but for the last few batches. Otherwise every batch
 * from the start of the recovery point's segment on is checked, indexes and producer state are rebuilt from what is sound, and the rest is
 * cut off ({@link RecoveryVerdict}).
 */
public final class LogRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

    private final SegmentDirectory directory;
    private final Storage storage;
    private final ProducerSnapshots snapshots;
    private final RecoveryJudge judge;
    private final long logStartOffset;
    /** True if what is cut was looked at, and kept elsewhere, before. */
    private final boolean isPlanned;

    private final List<Segment> segments = new ArrayList<>();
    /** True once something was removed: then the directory is synced before anything is appended (R4). */
    private boolean removed;

    private LogRecovery(
            SegmentDirectory directory,
            ProducerSnapshots snapshots,
            LastEnd lastEnd,
            Checkpoints checkpoints,
            boolean isPlanned) {
        this.isPlanned = isPlanned;
        this.directory = directory;
        this.storage = directory.storage();
        this.snapshots = snapshots;
        logStartOffset = checkpoints.logStart().written();
        // Retention deletes below the recovery point only, so a file of it that is lost cannot make the log begin anew.
        long recoveryPoint = Math.max(checkpoints.recoveryPoint().written(), logStartOffset);
        // A clean end wrote it down as far as the log went.
        long soundOffset = lastEnd.clean() ? recoveryPoint : Math.max(recoveryPoint, lastEnd.soundOffset());
        judge = new RecoveryJudge(directory, lastEnd.clean(), recoveryPoint, soundOffset);
    }

    /**
     * @param lastEnd how the log was left
     * @param checkpoints as they were written down
     * @throws CorruptionException if what is durable is not what was written
     */
    public static RecoveredLog recover(
            SegmentDirectory directory, ProducerSnapshots snapshots, LastEnd lastEnd, Checkpoints checkpoints) {
        return recover(new LogRecovery(directory, snapshots, lastEnd, checkpoints, false));
    }

    /** The same after a repair has moved the recovery point down to the damage: whatever is cut, somebody has decided upon. */
    static RecoveredLog repair(SegmentDirectory directory, Checkpoints checkpoints) {
        return recover(
                new LogRecovery(directory, new ProducerSnapshots(directory), LastEnd.UNCLEAN, checkpoints, true));
    }

    private static RecoveredLog recover(LogRecovery recovery) {
        boolean opened = false;
        try {
            RecoveredLog log = recovery.run();
            opened = true;
            return log;
        } finally {
            if (!opened) {
                recovery.segments.forEach(Segment::close);
            }
        }
    }

    private RecoveredLog run() {
        resolveLeftovers();
        List<Long> baseOffsets = baseOffsets();
        if (baseOffsets.isEmpty() || (!judge.clean() && baseOffsets.get(0) > judge.recoveryPoint())) {
            return createEmpty();
        }
        if (baseOffsets.get(0) != logStartOffset) {
            throw judge.refuse(
                    Finding.MISSING,
                    0,
                    "the log starts at offset " + logStartOffset + ", its first segment at " + baseOffsets.get(0));
        }
        int active = baseOffsets.size() - 1;
        int trusted = openTrusted(baseOffsets, judge.clean() ? active : firstChecked(baseOffsets));
        boolean trustActive =
                judge.clean() && trusted == active && Segment.hasAbortedIndex(directory, baseOffsets.get(active));
        ProducerStateTable producers =
                trustActive ? openActive(baseOffsets.get(active)) : checkFrom(trusted, baseOffsets);
        Segment last = segments.get(segments.size() - 1);
        finish(last.nextOffset());
        return new RecoveredLog(segments, producers, last.nextOffset());
    }

    /**
     * Opens segments but the last that need no check, up to the first one whose aborted transactions have to be found again (G3).
     *
     * @return how many
     */
    private int openTrusted(List<Long> baseOffsets, int most) {
        for (int i = 0; i < most; i++) {
            if (!Segment.hasAbortedIndex(directory, baseOffsets.get(i))) {
                LOG.warn(
                        "{}: {} is missing or damaged; everything from there on is checked, and it is built again",
                        directory.topicPartition(),
                        directory.file(baseOffsets.get(i), LogFiles.ABORTED_INDEX));
                return i;
            }
            Segment segment = Segment.openSealed(directory, baseOffsets.get(i));
            segments.add(segment);
            long next = baseOffsets.get(i + 1);
            long end = segment.endOffset();
            if (end != next) {
                throw judge.refuse(
                        Finding.OUT_OF_PLACE,
                        segment.fileSizeBytes(),
                        segment.path() + " ends with offset " + end + ", and the next segment begins at offset "
                                + next);
            }
        }
        return most;
    }

    /** Deletes or completes what an interrupted change left. */
    private void resolveLeftovers() {
        Set<String> names = new TreeSet<>(storage.list(directory.path()));
        for (String name : names) {
            switch (Leftover.of(name, names, logStartOffset)) {
                case KEEP -> {}
                case DELETE -> {
                    storage.delete(directory.path() + '/' + name);
                    removed |= !name.endsWith(LogFiles.TEMPORARY);
                }
                case COMPLETE_SWAP -> {
                    long baseOffset = LogFiles.offsetOf(name, LogFiles.LOG + LogFiles.SWAP)
                            .orElseThrow();
                    long endOffset = SegmentSwap.check(directory, baseOffset);
                    LOG.info(
                            "{}: recovery completes a compaction of offsets {} to {}",
                            directory.topicPartition(),
                            baseOffset,
                            endOffset);
                    SegmentSwap.complete(directory, baseOffset, endOffset);
                }
            }
        }
    }

    /** The base offsets of the segments, in order. */
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

    private RecoveredLog createEmpty() {
        judge.judge(Finding.MISSING, logStartOffset, 0, "the segment file that holds it is not there");
        segments.add(Segment.create(directory, logStartOffset));
        finish(logStartOffset);
        return new RecoveredLog(segments, new ProducerStateTable(), logStartOffset);
    }

    /**
     * The index of the segment that was active when the recovery point was written down. A segment that ends at the recovery point may be
     * that one: its data was forced, its indexes were not.
     */
    private int firstChecked(List<Long> baseOffsets) {
        int found = 0;
        while (found + 1 < baseOffsets.size() && baseOffsets.get(found + 1) < judge.recoveryPoint()) {
            found++;
        }
        return found;
    }

    private ProducerStateTable openActive(long baseOffset) {
        Segment active = Segment.openActive(directory, baseOffset);
        segments.add(active);
        check(active, null);
        judge.judge(Finding.MISSING, active.nextOffset(), active.sizeBytes(), "the log ends here");
        return replay().upTo(active.nextOffset(), segments);
    }

    private ProducerReplay replay() {
        return new ProducerReplay(snapshots, judge);
    }

    /** Checks segment after segment, until one has to be cut or the last one ends. */
    private ProducerStateTable checkFrom(int firstChecked, List<Long> baseOffsets) {
        long expected = baseOffsets.get(firstChecked);
        ProducerStateTable producers = replay().upTo(expected, segments);
        boolean whole = true;
        for (int i = firstChecked; whole && i < baseOffsets.size(); i++) {
            long baseOffset = baseOffsets.get(i);
            if (baseOffset != expected) {
                String path = directory.file(baseOffset, LogFiles.LOG);
                judge.judge(Finding.OUT_OF_PLACE, expected, 0, path + " follows offset " + (expected - 1));
                break;
            }
            if (i > firstChecked) {
                // A crash of the next recovery, or of this one, then begins here.
                snapshots.write(expected, producers, false);
            }
            Segment segment = Segment.openForRebuild(directory, baseOffset);
            segments.add(segment);
            whole = check(segment, producers);
            segment.writeIndexes(false);
            expected = segment.nextOffset();
        }
        judge.judge(Finding.MISSING, expected, segments.get(segments.size() - 1).sizeBytes(), "the log ends here");
        for (int i = firstChecked; i < segments.size() - 1; i++) {
            segments.get(i).seal();
        }
        return producers;
    }

    /**
     * Accounts the batches of a segment that are not accounted yet.
     *
     * @param producers to be brought up to date, with the index of aborted transactions; null where both are trusted
     * @return false if the segment was cut
     */
    private boolean check(Segment segment, @Nullable ProducerStateTable producers) {
        long fileSize = segment.fileSizeBytes();
        BatchScanner scanner = new BatchScanner(segment, segment.sizeBytes(), fileSize);
        while (scanner.next()) {
            BatchView batch = scanner.batch();
            long expected = segment.nextOffset();
            if (batch.baseOffset() != expected || !segment.hasRoomFor(batch.lastOffset(), batch.sizeInBytes())) {
                String what = segment.path() + ": a batch has base offset " + batch.baseOffset();
                judge.judge(Finding.OUT_OF_PLACE, expected, scanner.position(), what);
                cut(segment, fileSize, what);
                return false;
            }
            segment.account(batch);
            CompletedTransaction completed = producers == null ? null : producers.apply(batch);
            if (completed != null && completed.aborted()) {
                segment.addAborted(
                        completed.producerId(),
                        completed.firstOffset(),
                        completed.lastOffset(),
                        completed.lastStableOffset());
            }
        }
        String fault = scanner.fault();
        if (fault != null) {
            judge.judge(Finding.DAMAGED, segment.nextOffset(), scanner.position(), segment.path() + ": " + fault);
            cut(segment, fileSize, fault);
            return false;
        }
        return true;
    }

    private void cut(Segment segment, long fileSize, String why) {
        LOG.atLevel(isPlanned ? Level.INFO : Level.WARN)
                .log(
                        isPlanned
                                ? "{}: the repair cuts {} bytes from position {} of {}. {}"
                                : "{}: recovery cuts {} bytes from position {} of {}, which are behind all that is known to have been forced. {}",
                        directory.topicPartition(),
                        fileSize - segment.sizeBytes(),
                        segment.sizeBytes(),
                        segment.path(),
                        why);
        segment.cutToSize();
        // Otherwise old bytes could show up behind new ones after a power cut.
        segment.force();
        removed = true;
    }

    /** Deletes whatever does not belong to the log as it is now, and makes that durable. */
    private void finish(long logEndOffset) {
        Set<Long> kept = new HashSet<>();
        segments.forEach(segment -> kept.add(segment.baseOffset()));
        List<String> strays = new ArrayList<>();
        for (String name : storage.list(directory.path())) {
            for (String suffix : LogFiles.OF_SEGMENT) {
                OptionalLong baseOffset = LogFiles.offsetOf(name, suffix);
                if (baseOffset.isPresent() && !kept.contains(baseOffset.getAsLong())) {
                    strays.add(name);
                }
            }
        }
        if (!strays.isEmpty()) {
            LOG.atLevel(isPlanned ? Level.INFO : Level.WARN)
                    .log(
                            "{}: recovery deletes what lies behind the end of the log: {}",
                            directory.topicPartition(),
                            strays);
            strays.forEach(name -> storage.delete(directory.path() + '/' + name));
            removed = true;
        }
        if (snapshots.deleteAbove(logEndOffset) > 0 || removed) {
            storage.syncDirectory(directory.path());
        }
    }
}
