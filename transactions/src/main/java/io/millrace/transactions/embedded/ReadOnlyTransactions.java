package io.millrace.transactions.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.ReadOnlyLog;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.PreparedTransaction;
import io.millrace.transactions.TransactionAdmin;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.coordinator.FollowedTransactions;
import io.millrace.transactions.coordinator.TransactionJournal;
import io.millrace.transactions.coordinator.TransactionParticipants.OpenTransaction;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of a log that another process may own, as its files tell them: listed and described, and nothing can be changed. Safe for
 * use by several threads.
 */
public final class ReadOnlyTransactions implements TransactionAdmin {
    private static final Logger LOG = LoggerFactory.getLogger(ReadOnlyTransactions.class);

    private final ReadOnlyLog log;
    private final FollowedTransactions transactions;

    private ReadOnlyTransactions(ReadOnlyLog log, InstantSource clock) {
        this.log = log;
        this.transactions = new FollowedTransactions(clock, new FollowedJournal(log), this::openTransactions);
    }

    /** @param clock that of the owner, from which ages are counted */
    public static TransactionAdmin of(ReadOnlyLog log, InstantSource clock) {
        return new ReadOnlyTransactions(log, clock);
    }

    /** Read only, and empty in a log that never had a transaction. */
    private record FollowedJournal(ReadOnlyLog log) implements TransactionJournal {
        @Override
        public void append(ByteBuffer batch) {
            throw refused();
        }

        @Override
        public void force() {
            throw refused();
        }

        @Override
        public void replay(Visitor visitor) {
            if (log.admin().describeTopic(PartitionJournal.STATE.topic()).isPresent()) {
                PartitionJournal.replay(log.partition(PartitionJournal.STATE), visitor);
            }
        }
    }

    private List<OpenTransaction> openTransactions() {
        List<OpenTransaction> open = new ArrayList<>();
        for (TopicDescription topic : log.admin().topics()) {
            for (int i = 0; i < topic.partitions(); i++) {
                TopicPartition topicPartition = new TopicPartition(topic.name(), i);
                try {
                    open.addAll(UndecidedTail.openTransactions(log.partition(topicPartition)));
                } catch (LogException e) {
                    LOG.warn("{} is not looked through for open transactions: {}", topicPartition, e.getMessage());
                }
            }
        }
        return open;
    }

    @Override
    public List<TransactionDescription> list() {
        return transactions.list();
    }

    @Override
    public Optional<TransactionDescription> describe(String transactionalId) {
        return list().stream()
                .filter(description -> description.transactionalId().equals(transactionalId))
                .findFirst();
    }

    @Override
    public List<HangingTransaction> findHanging(Duration minimumAge) {
        return transactions.findHanging(minimumAge);
    }

    @Override
    public boolean abort(String transactionalId) {
        throw refused();
    }

    @Override
    public boolean abortOrphaned(TopicPartition topicPartition, long producerId) {
        throw refused();
    }

    @Override
    public TransactionOutcome commitPrepared(PreparedTransaction transaction) {
        throw refused();
    }

    @Override
    public TransactionOutcome abortPrepared(PreparedTransaction transaction) {
        throw refused();
    }

    @Override
    public TransactionOutcome commitPrepared(String transactionalId) {
        throw refused();
    }

    @Override
    public TransactionOutcome abortPrepared(String transactionalId) {
        throw refused();
    }

    private static LogException refused() {
        return new LogException(
                Disposition.STOP,
                "This log was opened for reading only, and no transaction can be ended: do it in the process that owns the"
                        + " directory, or end that process and open the log here");
    }
}
