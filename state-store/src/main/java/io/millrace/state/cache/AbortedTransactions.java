package io.millrace.state.cache;

/**
 * Numbers the transactions of a partition and remembers the few that aborted, so that cached values which they left are recognised when
 * next met (C2). Owned by the partition's thread.
 */
public final class AbortedTransactions {
    /** For values that were read from committed state: they belong to no transaction. */
    public static final long COMMITTED = 0;

    private static final int REMEMBERED = 8;

    private final long[] aborted = new long[REMEMBERED];
    private int count;
    private long open = COMMITTED + 1;
    private long lastAborted;

    /** The number of the open transaction. */
    public long open() {
        return open;
    }

    public void committed() {
        open++;
    }

    /** @return false if there are too many to remember: every cached value must be forgotten, then {@link #forget} called */
    public boolean aborted() {
        lastAborted = open++;
        if (count == REMEMBERED) {
            return false;
        }
        aborted[count++] = lastAborted;
        return true;
    }

    /** No value of an aborted transaction is cached any more. */
    public void forget() {
        count = 0;
        lastAborted = COMMITTED;
    }

    boolean isAborted(long transaction) {
        if (transaction > lastAborted || transaction == COMMITTED) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (aborted[i] == transaction) {
                return true;
            }
        }
        return false;
    }
}
