package io.millrace.dsl.runtime;

import io.millrace.dsl.runtime.LoopStatus.Counters;
import io.millrace.log.LogConsumer;
import io.millrace.log.TopicPartition;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts what a loop does, in plain fields, and makes the status that it publishes once per step. Owned by the loop. */
final class LoopMeter {
    private long consumed;
    private long committed;
    private long aborted;
    private long skipped;
    private long buried;
    private int pendingSkipped;
    private int pendingBuried;

    void consumed(int records) {
        consumed += records;
    }

    /** Notes what the open transaction will have passed over once it is committed. */
    void pending(TaskTable tasks) {
        pendingSkipped = 0;
        pendingBuried = 0;
        tasks.forEachRunning(task -> {
            pendingSkipped += task.skipped();
            pendingBuried += task.buried();
        });
    }

    void committed() {
        committed++;
        skipped += pendingSkipped;
        buried += pendingBuried;
    }

    void aborted() {
        aborted++;
    }

    /** The same status with an open transaction. */
    LoopStatus busy(LoopStatus status) {
        return new LoopStatus(true, true, status.settled(), status.counters(), status.restoring());
    }

    /** The same status without partitions that were given up. */
    LoopStatus without(Collection<TopicPartition> partitions, LoopStatus status) {
        Map<TopicPartition, Long> settled = new LinkedHashMap<>(status.settled());
        settled.keySet().removeAll(partitions);
        return new LoopStatus(status.opened(), status.busy(), settled, status.counters(), status.restoring());
    }

    LoopStatus stopped(LoopStatus status) {
        return new LoopStatus(
                true, false, Map.of(), counters(0, 0), status.restoring().ended());
    }

    LoopStatus measure(TaskTable tasks, LogConsumer consumer, boolean busy, LoopStatus before) {
        Map<TopicPartition, Long> settled = before.settled();
        if (!busy) {
            settled = new LinkedHashMap<>();
            for (TopicPartition partition : tasks.runningPartitions()) {
                settled.put(partition, consumer.position(partition));
            }
        }
        long lag = 0;
        for (TopicPartition partition : consumer.assignment()) {
            lag += consumer.lag(partition).orElse(0);
        }
        return new LoopStatus(true, busy, settled, counters(lag, tasks.stagedBytes()), tasks.restoreProgress());
    }

    private Counters counters(long lag, long stagedBytes) {
        return new Counters(consumed, committed, aborted, skipped, buried, lag, stagedBytes);
    }
}
