package io.millrace.transactions.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicPartition;
import io.millrace.transactions.TransactionOutcome;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a producer, and who decides for it, knows of one of its transactions. */
final class ModelledTransaction {
    /** What a write is marked with whose producer was shut out before. */
    static final String FENCED = "-fenced";

    final String name;
    final TreeSet<TopicPartition> enlisted = new TreeSet<>();
    /** How many records in which partition, without those of a producer that was shut out. */
    final Map<TopicPartition, Integer> written = new TreeMap<>();

    TransactionOutcome outcome;
    boolean wasAskedToCommit;
    /** The id and the producer of the end that was sent, null before it. */
    String endedBy;

    ProducerIdentity endedAs;
    /** The number of the process that sent it. */
    long process;
    /** Who wrote it, from the question whether it can be prepared on. */
    InterleavingProperties.Owner preparedBy;

    ProducerIdentity preparedAs;
    boolean isPrepared;
    /** What somebody outside said, once and for all. */
    Boolean decision;

    ModelledTransaction(String name) {
        this.name = name;
    }

    /** An end was answered for good, and is never answered otherwise. */
    void answered(TransactionOutcome answer) {
        if (outcome != null) {
            assertThat(answer).as("the second answer to the end of " + name).isEqualTo(outcome);
        }
        outcome = answer;
    }
}
