package io.millrace.log.embedded.recovery;

import io.millrace.log.embedded.recovery.OffsetFile.Meaning;
import io.millrace.log.embedded.segment.SegmentDirectory;
import java.util.Set;

/** The offsets that are written down beside a partition's segments. */
public record Checkpoints(
        OffsetFile recoveryPoint, OffsetFile logStart, OffsetFile recordsStart, OffsetFile firstDirty) {
    /** For a repair, which goes on where they are damaged. */
    static Checkpoints openAnyhow(SegmentDirectory directory) {
        return new Checkpoints(
                OffsetFile.openAnyhow(directory, Meaning.RECOVERY_POINT),
                OffsetFile.openAnyhow(directory, Meaning.LOG_START),
                OffsetFile.openAnyhow(directory, Meaning.RECORDS_START),
                OffsetFile.openAnyhow(directory, Meaning.FIRST_DIRTY));
    }

    /** @throws io.millrace.log.CorruptionException if one of the files is damaged */
    public static Checkpoints open(SegmentDirectory directory) {
        return new Checkpoints(
                OffsetFile.open(directory, Meaning.RECOVERY_POINT),
                OffsetFile.open(directory, Meaning.LOG_START),
                OffsetFile.open(directory, Meaning.RECORDS_START),
                OffsetFile.open(directory, Meaning.FIRST_DIRTY));
    }

    /** The same, where the names of all files are known: what is not there is not looked for. */
    static Checkpoints open(SegmentDirectory directory, Set<String> names) {
        return new Checkpoints(
                open(directory, Meaning.RECOVERY_POINT, names),
                open(directory, Meaning.LOG_START, names),
                open(directory, Meaning.RECORDS_START, names),
                open(directory, Meaning.FIRST_DIRTY, names));
    }

    /**
     * Below, everything was durable when it was written down, whatever became of the file that says so: retention deletes, and records are
     * deleted, below the recovery point only.
     */
    public long durableOffset() {
        return Math.max(recoveryPoint.written(), Math.max(logStart.written(), recordsStart.written()));
    }

    private static OffsetFile open(SegmentDirectory directory, Meaning meaning, Set<String> names) {
        return OffsetFile.open(directory, meaning, names.contains(meaning.fileName()));
    }
}
