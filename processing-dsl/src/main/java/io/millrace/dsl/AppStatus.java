package io.millrace.dsl;

import java.util.List;

/**
 * How an application stands. Counters begin at zero with every start.
 *
 * @param recordsConsumed records that the pipeline's steps have read, those of aborted transactions included
 * @param recordsIngested records that sources have sent in committed transactions
 * @param transactionsCommitted of the loops and the sources
 * @param transactionsAborted of the loops and the sources
 * @param recordsSkipped passed over by {@link ErrorPolicy#skip}, in committed transactions
 * @param deadLetters written by {@link ErrorPolicy#deadLetter}, in committed transactions
 * @param lag offsets between what is committed and the end of the inputs that the application's loops own
 */
public record AppStatus(
        State state,
        long recordsConsumed,
        long recordsIngested,
        long transactionsCommitted,
        long transactionsAborted,
        long recordsSkipped,
        long deadLetters,
        long lag,
        Restoring restoring,
        List<IngestStatus> ingests) {
    /** The phases of an application's life. */
    public enum State {
        STARTING,
        /** Some task reads its changelogs; the others run. */
        RESTORING,
        RUNNING,
        STOPPING,
        STOPPED,
        FAILED
    }

    /** Records of changelogs that were read, and how many offsets are left, over all tasks that restore now. */
    public record Restoring(int tasks, long recordsRestored, long offsetsLeft) {}

    /**
     * One source.
     *
     * @param position committed with the records before it
     * @param size see {@link RecordSource#size}
     * @param finished it has ended, and everything of it is committed
     */
    public record IngestStatus(String name, long position, long size, boolean finished) {}

    public AppStatus {
        ingests = List.copyOf(ingests);
    }

    /** True when every source is finished; also if there is none. */
    public boolean ingestsFinished() {
        return ingests.stream().allMatch(IngestStatus::finished);
    }
}
