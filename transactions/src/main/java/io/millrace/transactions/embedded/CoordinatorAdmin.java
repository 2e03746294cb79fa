package io.millrace.transactions.embedded;

import io.millrace.log.TopicPartition;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.PreparedTransaction;
import io.millrace.transactions.TransactionAdmin;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.coordinator.ProducerIdentity;
import io.millrace.transactions.coordinator.TransactionCoordinator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the coordinator knows, for tools. */
record CoordinatorAdmin(TransactionCoordinator coordinator) implements TransactionAdmin {
    @Override
    public List<TransactionDescription> list() {
        return coordinator.list();
    }

    @Override
    public Optional<TransactionDescription> describe(String transactionalId) {
        return coordinator.describe(transactionalId);
    }

    @Override
    public List<HangingTransaction> findHanging(Duration minimumAge) {
        return coordinator.findHanging(minimumAge);
    }

    @Override
    public boolean abort(String transactionalId) {
        return coordinator.abort(transactionalId);
    }

    @Override
    public boolean abortOrphaned(TopicPartition topicPartition, long producerId) {
        return coordinator.abortOrphaned(topicPartition, producerId);
    }

    @Override
    public TransactionOutcome commitPrepared(PreparedTransaction transaction) {
        return end(transaction, true);
    }

    @Override
    public TransactionOutcome abortPrepared(PreparedTransaction transaction) {
        return end(transaction, false);
    }

    @Override
    public TransactionOutcome commitPrepared(String transactionalId) {
        return coordinator.endPrepared(transactionalId, null, true);
    }

    @Override
    public TransactionOutcome abortPrepared(String transactionalId) {
        return coordinator.endPrepared(transactionalId, null, false);
    }

    private TransactionOutcome end(PreparedTransaction transaction, boolean commit) {
        ProducerIdentity producer = new ProducerIdentity(transaction.producerId(), transaction.producerEpoch());
        return coordinator.endPrepared(transaction.transactionalId(), producer, commit);
    }
}
