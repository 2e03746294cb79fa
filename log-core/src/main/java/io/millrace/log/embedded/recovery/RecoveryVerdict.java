package io.millrace.log.embedded.recovery;

/**
 * What recovery does about a batch, as a truth table:
 *
 * <table>
 * <caption>Verdicts</caption>
 * <tr><th></th><th>below the sound offset</th><th>whole batches behind, the system ran on</th><th>whole batches behind, after a power cut
 *     perhaps</th><th>nothing whole behind</th></tr>
 * <tr><td>sound</td><td>keep</td><td>keep</td><td>keep</td><td>keep</td></tr>
 * <tr><td>damaged</td><td>refuse</td><td>refuse</td><td>set aside</td><td>cut</td></tr>
 * <tr><td>out of place</td><td>refuse</td><td>refuse</td><td>set aside</td><td>cut</td></tr>
 * <tr><td>missing</td><td>refuse</td><td>refuse</td><td>set aside</td><td>keep: the log ends here</td></tr>
 * </table>
 *
 * <p>Where a batch stands is decided by the offset that is expected there, never by what damaged bytes say. After a clean end, the sound
 * offset is the log's end, and otherwise at least the recovery point. A process writes its batches one behind the other, so that the end of a
 * process leaves no hole before one that is whole; a power cut may take what was not forced in any order.
 */
public enum RecoveryVerdict {
    /** The batch is part of the log. */
    KEEP,
    /** The log ends before it: it was never acknowledged as durable. */
    CUT,
    /** The same, and whole batches go with it, which belong to no log without what was before them: they are kept elsewhere. */
    SET_ASIDE,
    /** Bytes that no crash takes are not what was written: a person decides. */
    REFUSE;

    /** What stands behind a batch that is none. */
    public enum Behind {
        NOTHING_WHOLE,
        /** Batches that are whole, and a power cut may have taken what was before them. */
        WHOLE,
        /** The same, and the system has run on since they were written. */
        WHOLE_AND_RAN_ON
    }

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

    public static RecoveryVerdict of(Finding finding, boolean belowSoundOffset, Behind behind) {
        if (finding == Finding.SOUND) {
            return KEEP;
        }
        if (belowSoundOffset) {
            return REFUSE;
        }
        return switch (behind) {
            case WHOLE_AND_RAN_ON -> REFUSE;
            case WHOLE -> SET_ASIDE;
            case NOTHING_WHOLE -> finding == Finding.MISSING ? KEEP : CUT;
        };
    }
}
