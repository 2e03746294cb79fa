package io.millrace.log.embedded.recovery;

/**
 * How a partition's log was left by whoever had it open before.
 *
 * @param clean true if it was closed with everything written and forced: its files are trusted
 * @param soundOffset below this offset nothing can be missing or damaged, however it was closed: what is there is checked, and refused if it
 *     is not what was written
 * @param withoutHoles true if everything that was written is there, up to the last write, which may be cut off: no batch can be missing or
 *     damaged before one that is whole
 */
public record LastEnd(boolean clean, long soundOffset, boolean withoutHoles) {
    public static final LastEnd CLEAN = new LastEnd(true, Long.MAX_VALUE, true);
    /** Nothing is known but what was written down while it was open: what was not forced, a power cut may have taken in any order. */
    public static final LastEnd UNCLEAN = new LastEnd(false, 0, false);
    /** It was open when the process ended, or is open now, and the system has run on since. */
    public static final LastEnd KILLED = killed(0);

    /** The same, and when the process began, it was there up to an offset, forced or not. */
    public static LastEnd killed(long endOffset) {
        return unforced(endOffset);
    }

    /** It was closed without forcing its end, and the system went on running since: everything is there, but indexes and snapshots may not be. */
    public static LastEnd unforced(long endOffset) {
        return new LastEnd(false, endOffset, true);
    }

    /** Below it nothing can be missing or damaged. @param recoveryPoint as it is written down; by a clean end, as far as the log went */
    public long soundOffset(long recoveryPoint) {
        return clean ? recoveryPoint : Math.max(recoveryPoint, soundOffset);
    }

    /**
     * True if a batch has to be sound at an offset.
     *
     * @param isMissing true if nothing stands there, false if what does is no batch, or another one
     * @param recoveryPoint as it is written down
     */
    public boolean promises(long offset, boolean isMissing, long recoveryPoint) {
        // Without the file in which a clean end wrote the log's end down, all that is there was durable, and of what is
        // missing nobody knows.
        boolean isUnknown = clean && recoveryPoint == 0 && !isMissing;
        return isUnknown || offset < soundOffset(recoveryPoint);
    }
}
