package io.millrace.transactions.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicPartition;
import io.millrace.transactions.TransactionOutcome;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What has to be true of the partitions after every step, whatever the producers were told until then; each invariant is a method. What is
 * read is what is committed in all its partitions, whether an older transaction still holds readers up or not.
 */
final class TransactionInvariants {
    private final List<ModelledTransaction> transactions;
    /** By partition, how many records of which transaction can be read. */
    private final Map<TopicPartition, Map<String, Integer>> read = new TreeMap<>();

    TransactionInvariants(FakeLog log, List<ModelledTransaction> transactions) {
        this.transactions = transactions;
        log.partitions.keySet().forEach(partition -> {
            Map<String, Integer> names = new TreeMap<>();
            log.committed(partition).forEach(name -> names.merge(name, 1, Integer::sum));
            read.put(partition, names);
        });
    }

    void check() {
        noAbortedRead();
        noLostCommit();
        noFencedWriteVisible();
        noTornTransaction();
    }

    /** Nothing is read of a transaction that was answered otherwise than COMMITTED, or that nobody asked to commit. */
    void noAbortedRead() {
        for (ModelledTransaction transaction : transactions) {
            boolean mayBeRead = transaction.outcome == null && transaction.wasAskedToCommit;
            if (!mayBeRead && transaction.outcome != TransactionOutcome.COMMITTED) {
                assertThat(readOf(transaction))
                        .as("aborted " + transaction.name)
                        .isEmpty();
            }
        }
    }

    /** All of a transaction that was answered COMMITTED is read, and each record once. */
    void noLostCommit() {
        for (ModelledTransaction transaction : transactions) {
            if (transaction.outcome == TransactionOutcome.COMMITTED) {
                assertThat(readOf(transaction))
                        .as("committed " + transaction.name)
                        .isEqualTo(transaction.written);
            }
        }
    }

    /** Nothing is read that a producer wrote after it was shut out, whether the partition took it or not. */
    void noFencedWriteVisible() {
        read.forEach((partition, names) -> assertThat(names.keySet())
                .as("read in " + partition)
                .noneMatch(name -> name.endsWith(ModelledTransaction.FENCED)));
    }

    /** Who reads one record of a transaction can read all of them, and its offsets, whatever anybody was answered. */
    void noTornTransaction() {
        for (ModelledTransaction transaction : transactions) {
            Map<TopicPartition, Integer> seen = readOf(transaction);
            if (!seen.isEmpty()) {
                assertThat(seen).as("torn " + transaction.name).isEqualTo(transaction.written);
            }
        }
    }

    private Map<TopicPartition, Integer> readOf(ModelledTransaction transaction) {
        Map<TopicPartition, Integer> seen = new TreeMap<>();
        read.forEach((partition, names) -> {
            Integer count = names.get(transaction.name);
            if (count != null) {
                seen.put(partition, count);
            }
        });
        return seen;
    }
}
