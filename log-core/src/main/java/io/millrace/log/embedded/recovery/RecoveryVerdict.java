package io.millrace.log.embedded.recovery;

/**
 * What recovery does about a batch, as a truth table:
 *
 * <table>
 * <caption>Verdicts</caption>
 * <tr><th></th><th>below the recovery point</th><th>at or behind it</th></tr>
 * <tr><td>sound</td><td>keep</td><td>keep</td></tr>
 * <tr><td>damaged</td><td>refuse</td><td>cut</td></tr>
 * <tr><td>out of place</td><td>refuse</td><td>cut</td></tr>
 * <tr><td>missing</td><td>refuse</td><td>keep: the log ends here</td></tr>
 * </table>
 *
 * <p>Where a batch stands is decided by the offset that is expected there, never by what damaged bytes say. After a clean end, the
 * recovery point is the log's end.
 */
public enum RecoveryVerdict {
    /** The batch is part of the log. */
    KEEP,
    /** The log ends before it: it was never acknowledged as durable. */
    CUT,
    /** Durable bytes are not what was written: a person decides. */
    REFUSE;

    /** What a check found where a batch is expected. */
    public enum Finding {
        SOUND,
        /** No batch, or one whose checksum does not match. */
        DAMAGED,
        /** A whole batch, or a segment, that does not begin at the offset where the one before ends. */
        OUT_OF_PLACE,
        /** The end of the last file. */
        MISSING
    }

    public static RecoveryVerdict of(Finding finding, boolean belowRecoveryPoint) {
        return switch (finding) {
            case SOUND -> KEEP;
            case DAMAGED, OUT_OF_PLACE -> belowRecoveryPoint ? REFUSE : CUT;
            case MISSING -> belowRecoveryPoint ? REFUSE : KEEP;
        };
    }
}
