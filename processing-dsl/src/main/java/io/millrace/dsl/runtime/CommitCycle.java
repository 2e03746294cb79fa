package io.millrace.dsl.runtime;

import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.transactions.TransactionalProducer;
import java.util.Map;

/**
 * The heart: makes one transaction of everything that a loop's tasks did since the last (R1). Results were sent as they came, so nothing is
 * left to drain: operators push, and a step ends between records.
 */
final class CommitCycle {
    private final LoopTransaction transaction;
    private final TaskTable tasks;

    CommitCycle(LoopTransaction transaction, TaskTable tasks) {
        this.transaction = transaction;
        this.tasks = tasks;
    }

    /**
     * On return the transaction is committed and state stands for it.
     *
     * @throws LogException if it is not, or nobody knows; then nothing was promoted, and the loop goes back to what is committed (R2)
     */
    void run(LogConsumer consumer) {
        TransactionalProducer producer = transaction.producer();
        tasks.forEachRunning(task -> task.sendChanges(producer));
        producer.flush();
        Map<TopicPartition, Long> offsets = tasks.consumedOffsets();
        if (!offsets.isEmpty()) {
            producer.sendOffsets(offsets, consumer.groupMetadata());
        }
        transaction.commit();
        tasks.forEachRunning(task -> task.promote(producer));
        tasks.committed();
    }
}
