package io.millrace.dsl.runtime;

import io.millrace.dsl.operator.WatermarkFormat.Mark;
import io.millrace.dsl.operator.Watermarks;
import io.millrace.dsl.plan.TaskId;
import io.millrace.log.RecordRefusedException;
import io.millrace.log.TopicPartition;
import io.millrace.transactions.TransactionalProducer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the topics that a task writes for other steps how far it has come, in the transaction of what brought it there, behind all its records (R15). Owned by the
 * loop.
 */
final class WatermarkWriter {
    private static final Logger LOG = LoggerFactory.getLogger(WatermarkWriter.class);

    private final TaskId id;
    private final TaskTimers timers;
    private final List<TopicPartition> partitions = new ArrayList<>();
    /** What was said last. A task that has just begun does not know what the one before it said: readers take the greatest. */
    private Mark said;

    private Mark committed;
    private boolean isRefusalTold;

    /** @param topics that carry watermarks and are written by the task, with the number of their partitions */
    WatermarkWriter(TaskId id, TaskTimers timers, Map<String, Integer> topics) {
        this.id = id;
        this.timers = timers;
        this.said = new Mark(id.partition(), Watermarks.UNKNOWN, false, Watermarks.NEVER);
        this.committed = said;
        topics.forEach((topic, count) -> {
            for (int partition = 0; partition < count; partition++) {
                partitions.add(new TopicPartition(topic, partition));
            }
        });
    }

    /** True if anybody is told. */
    boolean isNeeded() {
        return !partitions.isEmpty();
    }

    /**
     * Whether there is something to say that must not wait for records: that all is idle, or that time has gone on since one input is. Once all are idle, time goes on with
     * the clock, which readers have too: there is nothing more to say until something fires.
     */
    boolean isDue() {
        return isNeeded() && isDue(timers.mark());
    }

    private boolean isDue(Mark now) {
        return now.isIdle() != said.isIdle() || (!now.isIdle() && now.watermark() > said.watermark());
    }

    /** Says it, if there is anything new: what the clock alone has brought is not. */
    void send(TransactionalProducer producer) {
        if (!isNeeded()) {
            return;
        }
        Mark now = timers.mark();
        if (isDue(now) || (timers.isTouched() && !now.equals(said))) {
            for (TopicPartition partition : partitions) {
                send(producer, partition, now);
            }
            said = now;
        }
    }

    private void send(TransactionalProducer producer, TopicPartition partition, Mark mark) {
        try {
            producer.send(partition, mark.timestamp(), mark.key(), mark.value(), mark.headers());
        } catch (RecordRefusedException e) {
            // No record is lost by it, but windows behind it wait.
            if (!isRefusalTold) {
                isRefusalTold = true;
                LOG.warn(
                        "Task {} cannot say in {} how far its event time has come, and what is behind it waits for that: {}. This is not told again",
                        id,
                        partition,
                        e.getMessage());
            }
        }
    }

    void committed() {
        committed = said;
    }

    void rolledBack() {
        said = committed;
    }
}
