package io.millrace.dsl.runtime;

import io.millrace.dsl.AppStatus.Tasks;
import io.millrace.dsl.runtime.TimeMeter.Times;
import io.millrace.log.TopicPartition;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a task loop publishes once per step: one immutable object, so that two readings of the same object mean that nothing happened between.
 *
 * @param opened it has joined its group
 * @param isMoving it gives partitions up, or joins anew, and has yet to see what it is given
 * @param busy a transaction is open
 * @param settled where it stands in each partition that it owns and that is not restoring; as of the last moment without an open transaction
 */
record LoopStatus(
        boolean opened,
        boolean isMoving,
        boolean busy,
        Map<TopicPartition, Long> settled,
        Counters counters,
        Work work,
        Tasks tasks) {
    private static final Tasks NO_TASKS = new Tasks(0, 0, 0);

    static final LoopStatus INITIAL = new LoopStatus(
            false, false, true, Map.of(), new Counters(0, 0, 0, 0, 0, OptionalLong.empty(), 0), Work.NONE, NO_TASKS);

    /** The same without tasks. */
    LoopStatus withoutTasks() {
        return new LoopStatus(opened, isMoving, busy, settled, counters, work, NO_TASKS);
    }

    /** The same of a loop that its group has expelled, and that does not know of it yet: others count what it had. */
    LoopStatus expelled() {
        Counters since = new Counters(
                counters.consumed,
                counters.committed,
                counters.aborted,
                counters.skipped,
                counters.deadLetters,
                OptionalLong.empty(),
                counters.stagedBytes);
        return new LoopStatus(true, false, busy, settled, since, work, NO_TASKS);
    }

    /**
     * Numbers since the start, and of now the lag and the changes of stores that the open transaction holds.
     *
     * @param lag empty without partitions
     */
    record Counters(
            long consumed,
            long committed,
            long aborted,
            long skipped,
            long deadLetters,
            OptionalLong lag,
            long stagedBytes) {}

    /**
     * For metrics alone, since the start.
     *
     * @param sent results, without changelogs; those of aborted transactions included, as what is consumed
     * @param dropped by steps, in committed transactions
     * @param latency from the timestamp of a transaction's oldest record to its commit: from its append where the topic has append time, else by its writer's clock
     */
    record Work(long consumedBytes, long sent, long sentBytes, long dropped, Times latency, Times commits) {
        static final Work NONE = new Work(0, 0, 0, 0, Times.NONE, Times.NONE);
    }
}
