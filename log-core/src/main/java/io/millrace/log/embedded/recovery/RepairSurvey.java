package io.millrace.log.embedded.recovery;

import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.recovery.OffsetFile.Meaning;
import io.millrace.log.embedded.recovery.RepairPlan.Cut;
import io.millrace.log.embedded.recovery.RepairPlan.Offsets;
import io.millrace.log.embedded.segment.AbortedTransactionIndex;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Looks at everything in a partition's directory that an opening neither builds again nor cuts by itself. Changes nothing. Owned by one
 * thread, used once.
 */
final class RepairSurvey {
    private static final String CUT = "the log ends there; what stands behind is set aside";

    private final SegmentDirectory directory;
    private final LastEnd lastEnd;
    private final Checkpoints checkpoints;
    private final List<Damage> damages = new ArrayList<>();

    /** As it is written down, and no less than where the log starts. */
    private long recoveryPoint;

    private long knownStart;
    private long keptStart;
    /** The offset behind the last sound batch, where the next segment has to begin. */
    private long expected;

    private NavigableMap<Long, SegmentDirectory> segments = new TreeMap<>();
    private String lastFile;
    private long lastPosition = -1;
    private Cut cut = Cut.NOTHING;
    private long keptEnd;
    private long knownEnd;
    private long lostBytes;

    /** Of the batches up to the cut. */
    private final ProducerStateTable producers = new ProducerStateTable();

    private long undecidedOffset;

    /** @param lastEnd how the partition was left */
    RepairSurvey(SegmentDirectory directory, LastEnd lastEnd) {
        this.directory = directory;
        this.lastEnd = lastEnd;
        checkpoints = Checkpoints.openAnyhow(directory);
        lastFile = directory.path();
    }

    RepairPlan plan() {
        SurveyedFiles files = SurveyedFiles.of(directory);
        knownStart = Math.max(checkpoints.logStart().written(), 0);
        files.segments().headMap(knownStart).clear();
        recoveryPoint = Math.max(checkpoints.durableOffset(), knownStart);
        checkRecoveryPoint();
        checkRecordsStart();
        checkSwaps(files);
        checkStart(files);
        segments = files.segments();
        for (Map.Entry<Long, SegmentDirectory> file : files.segments().entrySet()) {
            try (Segment segment = Segment.openToRead(file.getValue(), file.getKey(), new AbortedTransactionIndex())) {
                scan(segment);
            }
        }
        checkEnd();
        return new RepairPlan(
                directory.topicPartition(),
                damages,
                new Offsets(keptStart, keptEnd),
                new Offsets(knownStart, Math.max(knownEnd, keptEnd)),
                undecidedOffset,
                lostBytes,
                cut);
    }

    private void checkRecoveryPoint() {
        if (checkpoints.recoveryPoint().isDamaged()) {
            add(
                    Meaning.RECOVERY_POINT,
                    "it is written anew, as the end of what is sound; if the log once went on behind that, nothing tells");
        }
    }

    private void checkRecordsStart() {
        if (checkpoints.recordsStart().isDamaged()) {
            add(
                    Meaning.RECORDS_START,
                    "the records begin with the oldest segment; those that were deleted within it are seen again");
        }
    }

    private void checkSwaps(SurveyedFiles files) {
        for (long baseOffset : files.badSwaps()) {
            damages.add(Damage.of(
                    directory.file(baseOffset, LogFiles.LOG + LogFiles.SWAP),
                    "a segment that compaction wrote is not what it wrote",
                    "it is set aside, and the segments that it was to replace are used again"));
        }
    }

    private void checkStart(SurveyedFiles files) {
        keptStart = files.segments().isEmpty() ? knownStart : files.segments().firstKey();
        if (checkpoints.logStart().isDamaged()) {
            add(
                    Meaning.LOG_START,
                    "the log begins with its oldest segment, at offset " + keptStart
                            + "; what retention was about to delete may be seen again");
            knownStart = keptStart;
        } else if (keptStart > knownStart) {
            checkLostStart(files.segments());
        }
        expected = keptStart;
    }

    /** The log begins with its first segment, if that is one; or else all that there is stands behind the end of an empty log. */
    private void checkLostStart(NavigableMap<Long, SegmentDirectory> present) {
        WholeBatch first = WholeBatch.firstFrom(present, 0, knownStart);
        boolean isSegment = first != null && first.position() == 0 && first.baseOffset() == keptStart;
        boolean isRefused = isDurable(knownStart) || (lastEnd.withoutHoles() && first != null);
        if (isRefused) {
            damages.add(new Damage(
                    directory.path(),
                    -1,
                    knownStart,
                    "its first segment begins at offset " + keptStart,
                    isSegment
                            ? "the log begins there: offsets " + knownStart + " to " + (keptStart - 1) + " are lost"
                            : "the log begins anew; what is there is set aside"));
        }
        if (!isSegment || !isRefused) {
            cut = new Cut(keptStart, 0);
            keptStart = knownStart;
            keptEnd = knownStart;
        }
    }

    private void add(Meaning meaning, String remedy) {
        damages.add(Damage.of(
                OffsetFile.pathOf(directory, meaning),
                "it is not what was written, so " + meaning.consequence(),
                remedy));
    }

    /** What is not durable is cut by the opening, which needs nobody for that. */
    private boolean isDurable(long offset) {
        return lastEnd.promises(offset, false, recoveryPoint);
    }

    /** What a damaged batch says of its own offsets is not believed; the next segment's name is. */
    private void scan(Segment segment) {
        long next = segment.baseOffset();
        long size = segment.fileSizeBytes();
        if (next != expected) {
            found(segment, 0, expected, "the segment begins at another offset");
        }
        BatchScanner scanner = new BatchScanner(segment, 0, size);
        while (scanner.next()) {
            next = scanner.batch().nextOffset();
            if (cut.equals(Cut.NOTHING)) {
                producers.apply(scanner.batch());
            }
        }
        String fault = scanner.fault();
        if (fault != null) {
            found(segment, scanner.position(), next, fault);
            // Behind where it begins: its own offsets may be what is damaged.
            knownEnd = Math.max(knownEnd, WholeBatch.endBehind(segment, scanner.position() + 1, next));
        }
        lastFile = segment.path();
        lastPosition = size;
        expected = next;
        knownEnd = Math.max(knownEnd, next);
        if (segment.baseOffset() > cut.baseOffset()) {
            lostBytes += size;
        } else if (segment.baseOffset() == cut.baseOffset()) {
            lostBytes += size - cut.position();
        }
    }

    private void found(Segment segment, long position, long atOffset, String what) {
        if (cut.equals(Cut.NOTHING)) {
            cut = new Cut(segment.baseOffset(), position);
            keptEnd = atOffset;
            if (isDurable(atOffset)) {
                damages.add(new Damage(segment.path(), position, atOffset, what, CUT));
            } else if (lastEnd.withoutHoles()) {
                WholeBatch behind =
                        WholeBatch.firstFrom(segments.tailMap(segment.baseOffset(), true), position, atOffset);
                if (behind != null) {
                    String hole = what + "; yet " + behind.whyNothingIsMissing(lastEnd);
                    damages.add(new Damage(segment.path(), position, atOffset, hole, CUT));
                }
            }
        }
    }

    private void checkEnd() {
        if (cut.equals(Cut.NOTHING)) {
            keptEnd = expected;
            if (lastEnd.promises(keptEnd, true, recoveryPoint)) {
                damages.add(new Damage(
                        lastFile,
                        lastPosition,
                        keptEnd,
                        "the log ends there, and went on to " + lastEnd.soundOffset(recoveryPoint),
                        "the log ends there"));
            }
        }
        undecidedOffset = producers.firstUndecidedOffset(keptEnd);
        knownEnd = Math.max(knownEnd, lastEnd.soundOffset(recoveryPoint));
    }
}
