package io.millrace.dsl;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * How an application stands. Counters begin at zero with every start.
 *
 * @param recordsConsumed records that the pipeline's steps were given, each as often as it was: those of aborted transactions included, and those that
 *     failed
 * @param recordsIngested records that sources have sent in committed transactions
 * @param transactionsCommitted of the loops and the sources
 * @param transactionsAborted of the loops and the sources
 * @param recordsSkipped passed over by {@link ErrorPolicy#skip}, in committed transactions; items of sources, too, and records of the topics of global
 *     tables, also those without a key
 * @param deadLetters written by {@link ErrorPolicy#deadLetter}, in committed transactions
 * @param lag offsets between what is committed and the end of the inputs that the application's loops own; of an application that has ended, by
 *     an error too, as it was at its end. Empty while they own none: that says nothing of what is unread. A loop that is away for longer than
 *     {@link AppSettings#withMaxPollInterval} owns none: its partitions count where they went
 * @param tasks what of the work this instance has
 */
public record AppStatus(
        State state,
        long recordsConsumed,
        long recordsIngested,
        long transactionsCommitted,
        long transactionsAborted,
        long recordsSkipped,
        long deadLetters,
        OptionalLong lag,
        Tasks tasks,
        Restoring restoring,
        List<IngestStatus> ingests) {
    /** The phases of an application's life. */
    public enum State {
        /** Started, and not every loop has joined yet. Once left it does not come back. */
        CREATED,
        /** Partitions move: a loop joins anew, or a task waits for what another loop, or instance, has yet to give up. The others run. */
        REBALANCING,
        /** Some task reads its changelogs; the others run. Or global tables are read, for which all wait. */
        RESTORING,
        /**
         * Every task that is here runs. So it is with an instance that has none, because there are more loops than partitions or others have them: it
         * stands by ({@link Tasks#owned} is 0).
         */
        RUNNING,
        /** What is under way is committed and given up. */
        STOPPING,
        /** Closed. */
        STOPPED,
        /** Ended by an error ({@link Application#failure}); everything committed is intact. */
        FAILED
    }

    /**
     * The tasks of this instance: one for each sub-topology and partition of its inputs that its loops own.
     *
     * @param running they process records
     * @param restoring they read their changelogs
     * @param waiting they can do neither yet: another loop still holds their stores, or some of their inputs, or global tables are read first
     */
    public record Tasks(int running, int restoring, int waiting) {
        /** All of them; 0 for an instance that stands by. */
        public int owned() {
            return running + restoring + waiting;
        }
    }

    /**
     * How stores are brought up to their changelogs. A phase of restoring lasts from when the first task of this instance waits for its state until none does, and
     * no loop has yet to be given what moves.
     *
     * @param tasks how many wait for their state now; a global table that is read for the first time counts as one
     * @param recordsRestored records of changelogs that were replayed since the start, also by tasks that are done, and those that were read into global
     *     tables
     * @param offsetsLeft what is left to read, over all tasks that restore now
     * @param offsets what there was to read, over these and those that were done in this phase
     * @param time for which tasks or global tables restored since the start
     * @param fraction how much of the phase is done, from 0 to 1; 1 if nothing restores, also for the moment in which a task goes from a loop to another. It never goes back while tasks of a phase wait: where more comes to it, it
     *     stays until as much is done of all. A task that has yet to begin counts as those that have, on average, and so does a loop that has yet to be given its tasks. An offset may be a marker or a superseded
     *     record and cost nothing
     */
    public record Restoring(
            int tasks, long recordsRestored, long offsetsLeft, long offsets, Duration time, double fraction) {}

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
