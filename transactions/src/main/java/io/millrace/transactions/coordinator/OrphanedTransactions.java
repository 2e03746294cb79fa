package io.millrace.transactions.coordinator;

import io.millrace.log.TopicPartition;
import io.millrace.transactions.coordinator.TransactionParticipants.OpenTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Transactions that are open in a partition and that the journal has no record of: against power loss enlistments are not written down, and
 * without that promise a power cut may take the record and leave the batch.
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
