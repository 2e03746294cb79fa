package io.millrace.log.embedded.recovery;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.producer.CompletedTransaction;
import io.millrace.log.embedded.producer.ProducerSnapshots;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.recovery.RecoveryVerdict.Finding;
import io.millrace.log.embedded.recovery.RepairPlan.Cut;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
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
    private final FoundFiles files;
    private final ProducerSnapshots snapshots;
    private final RecoveryJudge judge;
    private final long logStartOffset;
    /** Names the directory for whole batches that the log has no place for; null if what is cut was looked at, and kept elsewhere, before. */
    private final @Nullable InstantSource clock;

    private final List<Segment> segments = new ArrayList<>();

    private LogRecovery(
            SegmentDirectory directory,
            FoundFiles files,
            LastEnd lastEnd,
            Checkpoints checkpoints,
            @Nullable InstantSource clock) {
        this.directory = directory;
        this.files = files;
        this.clock = clock;
        snapshots = ProducerSnapshots.owned(directory, files.offsets(LogFiles.SNAPSHOT));
        logStartOffset = checkpoints.logStart().written();
        // What deletes does so below the recovery point only, so a file of it that is lost cannot make the log begin
        // anew.
        judge = new RecoveryJudge(directory, lastEnd, checkpoints.durableOffset());
    }

    /**
     * @param directory which is created if it does not exist
     * @param lastEnd how the log was left
     * @param clock names the directory that is created for whole batches that the log has no place for
     * @throws CorruptionException if what is durable is not what was written
     */
    public static RecoveredLog recover(SegmentDirectory directory, LastEnd lastEnd, InstantSource clock) {
        return open(directory, lastEnd, clock);
    }

    /** The same after a repair has moved the recovery point down to the damage: whatever is cut, somebody has decided upon. */
    static RecoveredLog repair(SegmentDirectory directory) {
        return open(directory, LastEnd.UNCLEAN, null);
    }

    private static RecoveredLog open(SegmentDirectory directory, LastEnd lastEnd, @Nullable InstantSource clock) {
        FoundFiles files = FoundFiles.in(directory);
        Checkpoints checkpoints = Checkpoints.open(directory, files.names());
        files.resolveLeftovers(checkpoints.logStart().written());
        LogRecovery recovery = new LogRecovery(directory, files, lastEnd, checkpoints, clock);
        boolean opened = false;
        try {
            ProducerStateTable producers = recovery.run();
            opened = true;
            return new RecoveredLog(recovery.segments, producers, recovery.snapshots, checkpoints);
        } finally {
            if (!opened) {
                recovery.segments.forEach(Segment::close);
            }
        }
    }

    private ProducerStateTable run() {
        List<Long> baseOffsets = files.offsets(LogFiles.LOG);
        if (baseOffsets.isEmpty() || baseOffsets.get(0) > judge.recoveryPoint()) {
            return createEmpty(baseOffsets);
        }
        if (baseOffsets.get(0) != logStartOffset) {
            throw judge.refuse(new Damage(
                    directory.path(),
                    -1,
                    logStartOffset,
                    "the log begins there, and its first segment with offset " + baseOffsets.get(0),
                    ""));
        }
        int active = baseOffsets.size() - 1;
        // A clean end wrote down where it was: no segment of the log begins behind that.
        boolean trustAll = judge.clean() && baseOffsets.get(active) <= judge.recoveryPoint();
        int trusted = openTrusted(baseOffsets, trustAll ? active : firstChecked(baseOffsets));
        boolean trustActive =
                trustAll && trusted == active && Segment.hasAbortedIndex(directory, baseOffsets.get(active));
        ProducerStateTable producers =
                trustActive ? openActive(baseOffsets.get(active)) : checkFrom(trusted, baseOffsets);
        finish();
        return producers;
    }

    /**
     * Opens segments but the last that need no check, up to the first one whose aborted transactions have to be found again (G3).
     *
     * @return how many
     */
    private int openTrusted(List<Long> baseOffsets, int most) {
        for (int i = 0; i < most; i++) {
            if (!Segment.hasAbortedIndex(directory, baseOffsets.get(i))) {
                tellOfRebuild(directory.file(baseOffsets.get(i), LogFiles.ABORTED_INDEX));
                return i;
            }
            Segment segment = Segment.openSealed(directory, baseOffsets.get(i));
            segments.add(segment);
            long next = baseOffsets.get(i + 1);
            long end = segment.endOffset();
            if (end != next) {
                throw judge.refuse(new Damage(
                        segment.path(),
                        segment.fileSizeBytes(),
                        end,
                        "the segment ends there, and the next one begins with offset " + next,
                        ""));
            }
        }
        return most;
    }

    /** A kill while compaction puts a segment in its place leaves it without its indexes. */
    private void tellOfRebuild(String index) {
        boolean isMissing = !directory.storage().exists(index);
        LOG.atLevel(isMissing ? Level.INFO : Level.WARN)
                .log(
                        "{}: {} {}; it is built again from the batches, which are checked from there on",
                        directory.topicPartition(),
                        index,
                        isMissing ? "is not there, as after a kill beside compaction" : "is damaged");
    }

    private ProducerStateTable createEmpty(List<Long> baseOffsets) {
        Damage found = new Damage(directory.path(), -1, logStartOffset, "no segment file holds it", "");
        long first = baseOffsets.isEmpty() ? Long.MAX_VALUE : baseOffsets.get(0);
        Finding finding = baseOffsets.isEmpty() ? Finding.MISSING : Finding.OUT_OF_PLACE;
        endBefore(finding, found, new Cut(first, 0), false);
        if (!directory.storage().exists(directory.path())) {
            directory.storage().createDirectories(directory.path());
        }
        segments.add(Segment.create(directory, logStartOffset));
        finish();
        return new ProducerStateTable();
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
        judgeEnd(active);
        return replay().upTo(active.nextOffset(), segments);
    }

    private void judgeEnd(Segment last) {
        Damage found = new Damage(last.path(), last.sizeBytes(), last.nextOffset(), "the log ends there", "");
        judge.judge(Finding.MISSING, found, null);
    }

    /**
     * Has the log end before what was found, unless that is refused (R3).
     *
     * @param cut where that stands
     * @param isOpen true if the segment of the cut is open
     */
    private void endBefore(Finding finding, Damage found, Cut cut, boolean isOpen) {
        WholeBatch behind = null;
        if (clock != null && !judge.promises(finding, found.offset())) {
            TreeMap<Long, SegmentDirectory> from = new TreeMap<>();
            files.offsets(LogFiles.LOG).stream()
                    .filter(offset -> offset >= cut.baseOffset())
                    .forEach(offset -> from.put(offset, directory));
            behind = WholeBatch.firstFrom(from, cut.position(), found.offset());
        }
        if (judge.judge(finding, found, behind) && clock != null && behind != null) {
            String path = RepairAside.at(clock.instant()) + '/' + directory.topicPartition();
            RepairAside aside = new RepairAside(directory, path);
            long bytes = aside.bytesFrom(cut);
            boolean kept = aside.keepIfSmall(cut, isOpen);
            files.relist();
            LOG.warn(
                    "{}: the log ends before {}. Batches from offset {} on, in {} bytes of files, are whole and stand behind that, as a power"
                            + " cut can leave them where the end was not forced: they are {}",
                    directory.topicPartition(),
                    found,
                    behind.baseOffset(),
                    bytes,
                    kept
                            ? "kept in " + directory.storage().describe() + '/' + path
                                    + ", which may be deleted when it is of no use"
                            : "deleted, because the directory 'repair' beside the partitions would hold more than "
                                    + RepairAside.MOST_BYTES + " bytes with them");
        }
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
                String what = "the segment before it ends with " + (expected - 1);
                endBefore(Finding.OUT_OF_PLACE, new Damage(path, 0, expected, what, ""), new Cut(baseOffset, 0), false);
                break;
            }
            if (i > firstChecked) {
                // A crash of the next recovery, or of this one, then begins here.
                snapshots.write(expected, producers, false);
            }
            Segment segment = Segment.openForRebuild(directory, baseOffset);
            segments.add(segment);
            whole = check(segment, producers);
            expected = segment.nextOffset();
        }
        judgeEnd(segments.get(segments.size() - 1));
        for (int i = firstChecked; i < segments.size() - 1; i++) {
            segments.get(i).writeIndexes(false);
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
                String what = "a batch has base offset " + batch.baseOffset();
                Damage found = new Damage(segment.path(), scanner.position(), expected, what, "");
                endBefore(Finding.OUT_OF_PLACE, found, new Cut(segment.baseOffset(), scanner.position()), true);
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
            Damage found = new Damage(segment.path(), scanner.position(), segment.nextOffset(), fault, "");
            endBefore(Finding.DAMAGED, found, new Cut(segment.baseOffset(), scanner.position()), true);
            cut(segment, fileSize, fault);
            return false;
        }
        return true;
    }

    private void cut(Segment segment, long fileSize, String why) {
        boolean isPlanned = clock == null;
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
    }

    /** Deletes whatever does not belong to the log as it is now, and makes that durable. */
    private void finish() {
        Set<Long> kept = new HashSet<>();
        segments.forEach(segment -> kept.add(segment.baseOffset()));
        List<String> strays = files.strays(kept);
        if (!strays.isEmpty()) {
            LOG.atLevel(clock == null ? Level.INFO : Level.WARN)
                    .log(
                            "{}: recovery deletes what lies behind the end of the log: {}",
                            directory.topicPartition(),
                            strays);
            files.delete(strays);
        }
        Segment last = segments.get(segments.size() - 1);
        if (snapshots.deleteAbove(last.nextOffset()) > 0) {
            files.noteRemoved();
        }
        if (!judge.lastEnd().withoutHoles()) {
            // A recovery before may have removed all this, and been killed before it was durable (R4). After a power
            // cut there is little else to force.
            last.force();
            files.noteRemoved();
        }
        files.syncIfRemoved();
    }
}
