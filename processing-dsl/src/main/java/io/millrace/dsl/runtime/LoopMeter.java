package io.millrace.dsl.runtime;

import io.millrace.dsl.runtime.LoopStatus.Counters;
import io.millrace.dsl.runtime.LoopStatus.Work;
import io.millrace.log.LogConsumer;
import io.millrace.log.TopicPartition;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Counts what a loop does, in plain fields, and makes the status that it publishes once per step. Owned by the loop. */
final class LoopMeter {
    private long committed;
    private long aborted;
    private long skipped;
    private long buried;
    private int pendingSkipped;
    private int pendingBuried;
    private long dropped;
    private long pendingDropped;
    private long pendingOldest;
    private final LoopTransaction transaction;
    private final TimeMeter latency = new TimeMeter();
    private final TimeMeter commits = new TimeMeter();

    /** @param transaction counts what is processed and sent */
    LoopMeter(LoopTransaction transaction) {
        this.transaction = transaction;
    }

    /** Notes what the open transaction will have passed over once it is committed. */
    void pending(TaskTable tasks) {
        pendingSkipped = 0;
        pendingBuried = 0;
        pendingDropped = 0;
        pendingOldest = tasks.oldestTimestamp();
        tasks.forEachRunning(task -> {
            pendingSkipped += task.skipped();
            pendingBuried += task.buried();
            pendingDropped += task.dropped();
        });
    }

    /**
     * The open transaction is committed.
     *
     * @param nowMillis what the clock says
     * @param tookNanos from when it was begun to be committed, to {@code nowNanos}
     */
    void committed(long nowMillis, long tookNanos, long nowNanos) {
        committed++;
        dropped += pendingDropped;
        commits.took(tookNanos, nowNanos);
        if (pendingOldest != Long.MAX_VALUE) {
            // Timestamps are their writers', whose clocks may be ahead of this one.
            latency.took(TimeUnit.MILLISECONDS.toNanos(Math.max(0, nowMillis - pendingOldest)), nowNanos);
        }
        skipped += pendingSkipped;
        buried += pendingBuried;
    }

    void aborted() {
        aborted++;
    }

    /** The same status with an open transaction. */
    LoopStatus busy(LoopStatus status) {
        return new LoopStatus(true, false, true, status.settled(), status.counters(), status.work(), status.tasks());
    }

    /** The same status with what was counted since, of a step that failed. */
    LoopStatus counted(LoopStatus status) {
        return new LoopStatus(
                status.opened(),
                status.isMoving(),
                status.busy(),
                status.settled(),
                counters(status.counters().lag(), status.counters().stagedBytes()),
                work(),
                status.tasks());
    }

    /** The same status without partitions that were given up. */
    LoopStatus without(Collection<TopicPartition> partitions, LoopStatus status) {
        Map<TopicPartition, Long> settled = new LinkedHashMap<>(status.settled());
        settled.keySet().removeAll(partitions);
        return new LoopStatus(
                status.opened(), true, status.busy(), settled, status.counters(), status.work(), status.tasks());
    }

    /** The same status of a loop that has to join anew. */
    LoopStatus moving(LoopStatus status) {
        return new LoopStatus(
                        status.opened(),
                        true,
                        status.busy(),
                        Map.of(),
                        status.counters(),
                        status.work(),
                        status.tasks())
                .withoutTasks();
    }

    /** @param lag what is unread at the end: it is not nothing because nobody reads it */
    LoopStatus stopped(LoopStatus status, OptionalLong lag) {
        return new LoopStatus(true, false, false, Map.of(), counters(lag, 0), work(), status.tasks()).withoutTasks();
    }

    LoopStatus measure(TaskTable tasks, LogConsumer consumer, boolean busy, LoopStatus before) {
        Map<TopicPartition, Long> settled = before.settled();
        if (!busy) {
            settled = new LinkedHashMap<>();
            for (TopicPartition partition : tasks.runningPartitions()) {
                settled.put(partition, consumer.position(partition));
            }
        }
        return new LoopStatus(
                true, false, busy, settled, counters(lag(consumer), tasks.stagedBytes()), work(), tasks.counts());
    }

    /** Who reads nothing cannot say how much is unread. */
    private static OptionalLong lag(LogConsumer consumer) {
        Set<TopicPartition> partitions = consumer.assignment();
        long lag = 0;
        for (TopicPartition partition : partitions) {
            lag += consumer.lag(partition).orElse(0);
        }
        return partitions.isEmpty() ? OptionalLong.empty() : OptionalLong.of(lag);
    }

    private Work work() {
        return new Work(
                transaction.consumedBytes(),
                transaction.sent(),
                transaction.sentBytes(),
                dropped,
                latency.times(),
                commits.times());
    }

    private Counters counters(OptionalLong lag, long stagedBytes) {
        return new Counters(transaction.consumed(), committed, aborted, skipped, buried, lag, stagedBytes);
    }
}
