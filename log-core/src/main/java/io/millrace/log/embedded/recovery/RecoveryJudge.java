package io.millrace.log.embedded.recovery;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.recovery.RecoveryVerdict.Finding;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.SegmentDirectory;

/**
 * Applies the {@link RecoveryVerdict} to one partition, and words the refusal.
 *
 * @param clean true after a clean end: then everything there is was durable
 * @param recoveryPoint from its segment on everything is checked; after a clean end, the end of the last segment alone
 * @param soundOffset everything below has to be there: it is durable, or the system went on since it was written
 */
record RecoveryJudge(SegmentDirectory directory, boolean clean, long recoveryPoint, long soundOffset) {
    /**
     * Returns if the log may go on, or end, before what was found.
     *
     * @param file the path of that
     * @param position of it in the file
     */
    void judge(Finding finding, long expectedOffset, String file, long position, String what) {
        // A clean end writes it down as the log's end. Without, all that is there was durable, and of what is missing
        // nobody knows.
        boolean unknown = clean && soundOffset == 0 && finding != Finding.MISSING;
        boolean durable = expectedOffset < soundOffset || unknown;
        switch (RecoveryVerdict.of(finding, durable)) {
            case KEEP, CUT -> {}
            case REFUSE -> throw refuse(new Damage(file, position, expectedOffset, what, ""));
        }
    }

    CorruptionException refuse(Damage found) {
        String durable = clean
                ? "its last shutdown was clean"
                : "everything below offset " + soundOffset + " was written for good";
        return new CorruptionException("The log of " + directory.topicPartition() + " is damaged: " + found + "; yet "
                + durable + ". No record was removed. " + LogFiles.advice(directory.storage()));
    }
}
