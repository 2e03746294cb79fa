package io.millrace.log.embedded.partition;

/**
 * Keeps what one transaction commits from the readers of all its partitions until it is committed in each of them: one write shows it
 * everywhere. Shared by the partitions; safe for use by several threads.
 */
public final class CommitHold {
    private volatile boolean released;

    /** From now on every reader of any of the partitions sees the transaction. */
    public void release() {
        released = true;
    }

    boolean isReleased() {
        return released;
    }
}
