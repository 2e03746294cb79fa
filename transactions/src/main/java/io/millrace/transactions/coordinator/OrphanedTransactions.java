package io.millrace.transactions.coordinator;

import io.millrace.log.TopicPartition;
import io.millrace.transactions.coordinator.TransactionParticipants.OpenTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Transactions that are open in a partition and that the journal knows nothing of: after a power cut, batches may be on the device when the
 * record that enlisted their partition, which was never forced, is not.
 */
final class OrphanedTransactions {
    private OrphanedTransactions() {}

    static Map<Long, List<OpenTransaction>> byProducerId(List<OpenTransaction> open) {
        Map<Long, List<OpenTransaction>> grouped = new TreeMap<>();
        for (OpenTransaction transaction : open) {
            grouped.computeIfAbsent(transaction.producer().producerId(), id -> new ArrayList<>())
                    .add(transaction);
        }
        return grouped;
    }

    static List<TopicPartition> partitions(List<OpenTransaction> open) {
        return open.stream().map(OpenTransaction::topicPartition).sorted().toList();
    }
}
