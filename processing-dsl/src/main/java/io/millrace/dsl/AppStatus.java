package io.millrace.dsl;

import java.time.Duration;
import java.util.List;

/**
 * How an application stands. Counters begin at zero with every start.
 *
 * @param recordsConsumed records that the pipeline's steps have read, those of aborted transactions included
 * @param recordsIngested records that sources have sent in committed transactions
 * @param transactionsCommitted of the loops and the sources
 * @param transactionsAborted of the loops and the sources
 * @param recordsSkipped passed over by {@link ErrorPolicy#skip}, in committed transactions; items of sources, too, and records of the topics of global
 *     tables, also those without a key
 * @param deadLetters written by {@link ErrorPolicy#deadLetter}, in committed transactions
 * @param lag offsets between what is committed and the end of the inputs that the application's loops own; of an application that has ended, by
 *     an error too, as it was at its end
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
        /** Started, and not every loop has joined yet. */
        CREATED,
        /** Partitions move: a loop joins anew, or a task waits for what another loop, or instance, has yet to give up. The others run. */
        REBALANCING,
        /** Some task reads its changelogs; the others run. Or global tables are read, for which all wait. */
        RESTORING,
        RUNNING,
        /** What is under way is committed and given up. */
        STOPPING,
        /** Closed. */
        STOPPED,
        /** Ended by an error ({@link Application#failure}); everything committed is intact. */
        FAILED
    }

    /**
     * How stores are brought up to their changelogs.
     *
     * @param tasks how many do so now; a global table that is read for the first time counts as one
     * @param recordsRestored records of changelogs that were replayed since the start, also by tasks that are done, and those that were read into global
     *     tables
     * @param offsetsLeft what is left to read, over all tasks that restore now
     * @param offsets what there was to read, over these and those that were done since none restored
     * @param time for which tasks restored since the start, the longest of any loop
     */
    public record Restoring(int tasks, long recordsRestored, long offsetsLeft, long offsets, Duration time) {
        /** How much of it is done, from 0 to 1; 1 if nothing restores. An offset may be a marker or a superseded record and cost nothing. */
        public double fraction() {
            return tasks == 0 ? 1 : offsets == 0 ? 0 : (double) (offsets - offsetsLeft) / offsets;
        }
    }

    /**
     * One source. Those that another instance reads are left out.
     *
     * @param position committed with the records before it
     * @param size see {@link RecordSource#size}
     * @param finished it has ended, and everything of it is committed
     */
    public record IngestStatus(String name, long position, long size, boolean finished) {}

    public AppStatus {
        ingests = List.copyOf(ingests);
    }

    /** True when every source is finished that this instance reads; also if there is none. */
    public boolean ingestsFinished() {
        return ingests.stream().allMatch(IngestStatus::finished);
    }
}
