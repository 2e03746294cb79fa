package io.millrace.log.embedded.partition;

/** How many records the cursors of one poll may still hand out. Owned by their consumer's thread. */
public final class PollBudget {
    private final int records;
    private int left;

    public PollBudget(int records) {
        this.records = records;
        left = records;
    }

    /** A poll begins. */
    public void begin() {
        left = records;
    }

    /** @return how many of so many may be handed out */
    int take(int wanted) {
        int granted = Math.min(left, wanted);
        left -= granted;
        return granted;
    }

    boolean isUsedUp() {
        return left == 0;
    }
}
