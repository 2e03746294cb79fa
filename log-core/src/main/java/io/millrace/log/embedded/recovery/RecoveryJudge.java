package io.millrace.log.embedded.recovery;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.recovery.RecoveryVerdict.Behind;
import io.millrace.log.embedded.recovery.RecoveryVerdict.Finding;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.SegmentDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Applies the {@link RecoveryVerdict} to one partition, and words the refusal.
 *
 * @param clean true after a clean end: then everything there is was durable
 * @param withoutHoles true if the end of a process is all that can have come between
 * @param recoveryPoint from its segment on everything is checked; after a clean end, the end of the last segment alone
 * @param soundOffset everything below has to be there: it is durable, or the system went on since it was written
 */
record RecoveryJudge(
        SegmentDirectory directory, boolean clean, boolean withoutHoles, long recoveryPoint, long soundOffset) {
    /** True if a batch has to be sound at an offset, whatever stands behind it. */
    boolean promises(Finding finding, long expectedOffset) {
        // A clean end writes it down as the log's end. Without, all that is there was durable, and of what is missing
        // nobody knows.
        boolean isUnknown = clean && soundOffset == 0 && finding != Finding.MISSING;
        return expectedOffset < soundOffset || isUnknown;
    }

    /**
     * Returns if the log may go on, or end, before what was found.
     *
     * @param found with the offset that is expected there
     * @param behind the first whole batch that stands behind; null if there is none, or nobody looked
     * @return true if what stands behind is to be kept elsewhere
     */
    boolean judge(Finding finding, Damage found, @Nullable WholeBatch behind) {
        Behind what = behind == null ? Behind.NOTHING_WHOLE : withoutHoles ? Behind.WHOLE_AND_RAN_ON : Behind.WHOLE;
        boolean promised = promises(finding, found.offset());
        return switch (RecoveryVerdict.of(finding, promised, what)) {
            case KEEP, CUT -> false;
            case SET_ASIDE -> true;
            case REFUSE -> throw promised || behind == null ? refuse(found) : refuseHole(found, behind);
        };
    }

    CorruptionException refuse(Damage found) {
        return refuse(
                found,
                clean
                        ? "its last shutdown was clean"
                        : "everything below offset " + soundOffset + " was written for good");
    }

    private CorruptionException refuseHole(Damage found, WholeBatch behind) {
        return refuse(found, RepairSurvey.why(behind));
    }

    private CorruptionException refuse(Damage found, String yet) {
        return new CorruptionException("The log of " + directory.topicPartition() + " is damaged: " + found + "; yet "
                + yet + ". No record was removed. " + LogFiles.advice(directory.storage()));
    }
}
