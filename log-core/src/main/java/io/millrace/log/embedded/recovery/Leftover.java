package io.millrace.log.embedded.recovery;

import io.millrace.log.embedded.segment.LogFiles;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What becomes of a file that an interrupted change left, as a truth table:
 *
 * <table>
 * <caption>Verdicts</caption>
 * <tr><th>file</th><th>left by</th><th>verdict</th></tr>
 * <tr><td>{@code .tmp}</td><td>replacing a small file</td><td>delete</td></tr>
 * <tr><td>{@code .cleaned}</td><td>a compaction that was writing</td><td>delete: the old segments are there</td></tr>
 * <tr><td>{@code .log.swap}</td><td>a compaction that was decided</td><td>complete the swap</td></tr>
 * <tr><td>other {@code .swap}, no {@code .log.swap}</td><td>a compaction that was not yet decided</td><td>delete</td></tr>
 * <tr><td>{@code .deleted}</td><td>retention, or a completed swap</td><td>delete</td></tr>
 * <tr><td>of a segment or snapshot below the log start offset</td><td>retention</td><td>delete</td></tr>
 * <tr><td>of a segment or snapshot, otherwise</td><td></td><td>keep: {@link RecoveryVerdict} judges what is in it</td></tr>
 * <tr><td>anything else</td><td>nobody of us</td><td>keep</td></tr>
 * </table>
 *
 * <p>What an interrupted roll leaves needs no row of its own: an empty last segment is an active one without batches, and indexes without a
 * log are deleted with all else that lies behind the end.
 */
enum Leftover {
    KEEP,
    DELETE,
    COMPLETE_SWAP;

    /** @param names of all files in the directory */
    static Leftover of(String name, Set<String> names, long logStartOffset) {
        if (name.endsWith(LogFiles.TEMPORARY) || name.endsWith(LogFiles.CLEANED) || name.endsWith(LogFiles.DELETED)) {
            return DELETE;
        }
        if (name.endsWith(LogFiles.SWAP)) {
            String log = LogFiles.LOG + LogFiles.SWAP;
            if (LogFiles.offsetOf(name, log).isPresent()) {
                return COMPLETE_SWAP;
            }
            return names.contains(name.substring(0, Math.max(name.indexOf('.'), 0)) + log) ? KEEP : DELETE;
        }
        return isBelow(name, logStartOffset) ? DELETE : KEEP;
    }

    private static boolean isBelow(String name, long logStartOffset) {
        for (String suffix : LogFiles.OF_SEGMENT) {
            OptionalLong offset = LogFiles.offsetOf(name, suffix);
            if (offset.isPresent()) {
                return offset.getAsLong() < logStartOffset;
            }
        }
        OptionalLong snapshot = LogFiles.offsetOf(name, LogFiles.SNAPSHOT);
        return snapshot.isPresent() && snapshot.getAsLong() < logStartOffset;
    }
}
