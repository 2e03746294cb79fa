package io.millrace.log.embedded.partition;

/**
 * Transactions that have their marker in this partition and are held back from its readers (W11), by the offset of their first record.
 * Immutable but for the holds; nearly always there is none, or one.
 */
final class HeldCommits {
    static final HeldCommits NONE = new HeldCommits(new long[0], new CommitHold[0]);

    private final long[] firstOffsets;
    private final CommitHold[] holds;

    private HeldCommits(long[] firstOffsets, CommitHold[] holds) {
        this.firstOffsets = firstOffsets;
        this.holds = holds;
    }

    /** These, and one more. */
    HeldCommits with(long firstOffset, CommitHold hold) {
        int at = holds.length;
        while (at > 0 && firstOffsets[at - 1] > firstOffset) {
            at--;
        }
        long[] offsets = new long[holds.length + 1];
        CommitHold[] more = new CommitHold[holds.length + 1];
        System.arraycopy(firstOffsets, 0, offsets, 0, at);
        System.arraycopy(holds, 0, more, 0, at);
        offsets[at] = firstOffset;
        more[at] = hold;
        System.arraycopy(firstOffsets, at, offsets, at + 1, holds.length - at);
        System.arraycopy(holds, at, more, at + 1, holds.length - at);
        return new HeldCommits(offsets, more);
    }

    /** Those that are not released yet. */
    HeldCommits unreleased() {
        HeldCommits left = this;
        for (CommitHold hold : holds) {
            if (hold.isReleased()) {
                left = NONE;
            }
        }
        for (int i = 0; left != this && i < holds.length; i++) {
            if (!holds[i].isReleased()) {
                left = left.with(firstOffsets[i], holds[i]);
            }
        }
        return left;
    }

    /**
     * An offset, or the first record of the first transaction that is held before it. The oldest is looked at first and holds are released for
     * good, so that this is how they stood together at one instant.
     */
    long bound(long offset) {
        for (int i = 0; i < holds.length && firstOffsets[i] < offset; i++) {
            if (!holds[i].isReleased()) {
                return firstOffsets[i];
            }
        }
        return offset;
    }
}
