package io.millrace.dsl.runtime;

import io.millrace.log.TopicPartition;
import java.util.Map;

/**
 * What a task loop publishes once per step: one immutable object, so that two readings of the same object mean that nothing happened between.
 *
 * @param opened it has joined its group
 * @param busy a transaction is open
 * @param settled where it stands in each partition that it owns and that is not restoring; as of the last moment without an open transaction
 */
record LoopStatus(
        boolean opened, boolean busy, Map<TopicPartition, Long> settled, Counters counters, Restoring restoring) {
    static final LoopStatus INITIAL =
            new LoopStatus(false, true, Map.of(), new Counters(0, 0, 0, 0, 0, 0, 0), Restoring.NONE);

    /** Numbers since the start, and of now the lag and the changes of stores that the open transaction holds. */
    record Counters(
            long consumed, long committed, long aborted, long skipped, long deadLetters, long lag, long stagedBytes) {}

    /** See {@link io.millrace.dsl.AppStatus.Restoring}. */
    record Restoring(int tasks, long records, long offsetsLeft, long offsets, long nanos) {
        static final Restoring NONE = new Restoring(0, 0, 0, 0, 0);

        /** Nothing restores any more. */
        Restoring ended() {
            return new Restoring(0, records, 0, 0, nanos);
        }
    }
}
