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
 * @param lastEnd how the log was left
 * @param recoveryPoint from its segment on everything is checked; after a clean end, the end of the last segment alone
 */
record RecoveryJudge(SegmentDirectory directory, LastEnd lastEnd, long recoveryPoint) {
    /** True after a clean end: then everything there is was durable. */
    boolean clean() {
        return lastEnd.clean();
    }

    /** True if a batch has to be sound at an offset, whatever stands behind it. */
    boolean promises(Finding finding, long expectedOffset) {
        return lastEnd.promises(expectedOffset, finding == Finding.MISSING, recoveryPoint);
    }

    /**
     * Returns if the log may go on, or end, before what was found.
     *
     * @param found with the offset that is expected there
     * @param behind the first whole batch that stands behind; null if there is none, or nobody looked
     * @return true if what stands behind is to be kept elsewhere
     */
    boolean judge(Finding finding, Damage found, @Nullable WholeBatch behind) {
        Behind what =
                behind == null ? Behind.NOTHING_WHOLE : lastEnd.withoutHoles() ? Behind.WHOLE_AND_RAN_ON : Behind.WHOLE;
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
                clean()
                        ? "its last shutdown was clean"
                        : "everything below offset " + lastEnd.soundOffset(recoveryPoint) + " was written for good");
    }

    private CorruptionException refuseHole(Damage found, WholeBatch behind) {
        return refuse(found, behind.whyNothingIsMissing(lastEnd));
    }

    private CorruptionException refuse(Damage found, String yet) {
        return new CorruptionException("The log of " + directory.topicPartition() + " is damaged: " + found + "; yet "
                + yet + ". No record was removed. " + LogFiles.advice(directory.storage()));
    }
}
