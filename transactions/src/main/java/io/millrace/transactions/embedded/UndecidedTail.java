package io.millrace.transactions.embedded;

import io.millrace.log.embedded.partition.PartitionView;
import io.millrace.log.embedded.partition.ReadablePartition;
import io.millrace.transactions.coordinator.ProducerIdentity;
import io.millrace.transactions.coordinator.TransactionParticipants.OpenTransaction;
import java.util.List;
import java.util.TreeMap;

/** What the batches behind the last stable offset of a partition say of transactions. */
final class UndecidedTail {
    private UndecidedTail() {}

    /** The open transactions, by producer id. What is open began at the last stable offset or behind it, so only the tail is read. */
    static List<OpenTransaction> openTransactions(ReadablePartition partition) {
        PartitionView view = partition.view();
        long lag = view.logEndOffset() - view.lastStableOffset();
        if (lag == 0) {
            return List.of();
        }
        TreeMap<Long, OpenTransaction> open = new TreeMap<>();
        partition.forEachBatch(view.lastStableOffset(), batch -> {
            if (batch.isControl()) {
                open.remove(batch.producerId());
            } else if (batch.isTransactional()) {
                open.computeIfAbsent(
                        batch.producerId(),
                        id -> new OpenTransaction(
                                partition.topicPartition(),
                                new ProducerIdentity(id, batch.producerEpoch()),
                                batch.baseOffset(),
                                batch.baseTimestamp(),
                                lag));
            }
        });
        return List.copyOf(open.values());
    }
}
