package io.millrace.transactions.coordinator;

import io.millrace.log.TopicPartition;
import java.util.List;
import java.util.TreeSet;

/**
 * What is known of one transactional id: the value of its newest record in {@code __transaction_state}.
 *
 * @param state where its transaction stands
 * @param producer who may write; in a decided state, the identity of the markers
 * @param ended whose transaction the present or last end belongs to, so that a repeated end is recognised; {@link ProducerIdentity#NONE}
 *     after a fence
 * @param nextProducerId the producer id that takes over when this end is complete, because epochs ran out; −1 for none
 * @param timeoutMillis how long a transaction may be open without a sign of life
 * @param partitions those of the open or decided transaction, sorted
 * @param startMillis when the transaction began, −1 for none
 * @param updateMillis when this was written
 */
public record TransactionMetadata(
        TransactionState state,
        ProducerIdentity producer,
        ProducerIdentity ended,
        long nextProducerId,
        int timeoutMillis,
        List<TopicPartition> partitions,
        long startMillis,
        long updateMillis) {
    /** No other producer id waits. */
    public static final long NO_PRODUCER_ID = -1;

    public TransactionMetadata {
        partitions = List.copyOf(partitions);
    }

    /** A transactional id whose new owner has not begun a transaction. */
    static TransactionMetadata empty(ProducerIdentity producer, int timeoutMillis, long nowMillis) {
        return new TransactionMetadata(
                TransactionState.EMPTY,
                producer,
                ProducerIdentity.NONE,
                NO_PRODUCER_ID,
                timeoutMillis,
                List.of(),
                -1,
                nowMillis);
    }

    TransactionMetadata ongoing(List<TopicPartition> all, long nowMillis) {
        return open(TransactionState.ONGOING, all, nowMillis);
    }

    /** Open until somebody decides, with what was enlisted. */
    TransactionMetadata prepared(long nowMillis) {
        return open(TransactionState.PREPARED, state.isOpen() ? partitions : List.of(), nowMillis);
    }

    private TransactionMetadata open(TransactionState next, List<TopicPartition> all, long nowMillis) {
        long began = state.isOpen() ? startMillis : nowMillis;
        return new TransactionMetadata(
                next, producer, ProducerIdentity.NONE, NO_PRODUCER_ID, timeoutMillis, all, began, nowMillis);
    }

    /** The decision. {@code of} is who may ask for it again. */
    TransactionMetadata decided(boolean commit, ProducerIdentity of, long nextId, long nowMillis) {
        return new TransactionMetadata(
                commit ? TransactionState.PREPARE_COMMIT : TransactionState.PREPARE_ABORT,
                producer.raised(),
                of,
                nextId,
                timeoutMillis,
                partitions,
                startMillis,
                nowMillis);
    }

    TransactionMetadata completed(long nowMillis) {
        ProducerIdentity next =
                nextProducerId == NO_PRODUCER_ID ? producer : new ProducerIdentity(nextProducerId, (short) 0);
        return new TransactionMetadata(
                state == TransactionState.PREPARE_COMMIT
                        ? TransactionState.COMPLETE_COMMIT
                        : TransactionState.COMPLETE_ABORT,
                next,
                ended,
                NO_PRODUCER_ID,
                timeoutMillis,
                List.of(),
                startMillis,
                nowMillis);
    }

    TransactionMetadata dead(long nowMillis) {
        return new TransactionMetadata(
                TransactionState.DEAD,
                producer,
                ProducerIdentity.NONE,
                NO_PRODUCER_ID,
                timeoutMillis,
                List.of(),
                -1,
                nowMillis);
    }

    TransactionMetadata withPartitions(List<TopicPartition> value) {
        return new TransactionMetadata(
                state, producer, ended, nextProducerId, timeoutMillis, value, startMillis, updateMillis);
    }

    TransactionMetadata withEpochAtLeast(short epoch) {
        ProducerIdentity higher =
                producer.epoch() >= epoch ? producer : new ProducerIdentity(producer.producerId(), epoch);
        return new TransactionMetadata(
                state, higher, ended, nextProducerId, timeoutMillis, partitions, startMillis, updateMillis);
    }

    /** The partitions of this transaction and these, sorted, each once. */
    List<TopicPartition> partitionsWith(List<TopicPartition> more) {
        if (!state.isOpen() && more.size() == 1) {
            return more;
        }
        TreeSet<TopicPartition> all = new TreeSet<>(more);
        if (state.isOpen()) {
            all.addAll(partitions);
        }
        return List.copyOf(all);
    }
}
