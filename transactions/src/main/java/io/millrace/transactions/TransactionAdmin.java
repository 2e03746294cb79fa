package io.millrace.transactions;

import io.millrace.log.TopicPartition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What is known of transactions, and what a person or an outside resource does about them. Safe for use by several threads. */
public interface TransactionAdmin {
    /** All transactional ids, sorted. */
    List<TransactionDescription> list();

    /** Those that the filter takes, sorted. */
    default List<TransactionDescription> list(TransactionFilter filter) {
        return list().stream().filter(filter).toList();
    }

    Optional<TransactionDescription> describe(String transactionalId);

    /**
     * The transactions that have been open for at least this long, oldest first, with what they keep from readers; prepared and orphaned
     * ones too. Reads the undecided ends of the partitions. A damaged partition is passed over, with a line in the program's log.
     */
    List<HangingTransaction> findHanging(Duration minimumAge);

    /**
     * Aborts the open transaction of an id, as its timeout would: its producer is shut out and learns it from its next call.
     *
     * @return false if none was open
     * @throws io.millrace.log.LogException with STOP if it is prepared, see {@link #abortPrepared(String)}; with RETRY if it could not be
     *     written: ask again
     */
    boolean abort(String transactionalId);

    /**
     * Aborts an orphaned transaction in one partition.
     *
     * @return false if no transaction of this producer is open there
     * @throws io.millrace.log.LogException with STOP if the coordinator knows it, so that {@link #abort} ends it; with RETRY if it could not
     *     be written: ask again
     */
    boolean abortOrphaned(TopicPartition topicPartition, long producerId);

    /**
     * Commits a {@linkplain TransactionalProducer#prepare prepared} transaction, whoever prepared it and whether its producer lives or
     * not; durable at return as the log's durability says. Asked again, it answers as before, also in another process, until the id has a
     * new producer or begins its next transaction.
     *
     * @return what was decided, now or before: ABORTED if somebody aborted it. FENCED if this transaction is not prepared and is not
     *     remembered: it was ended, and the id was used since. RETRY: ask again
     * @throws io.millrace.log.LogException with STOP if the log has failed
     */
    TransactionOutcome commitPrepared(PreparedTransaction transaction);

    /** Aborts a prepared transaction; otherwise as {@link #commitPrepared(PreparedTransaction)}. */
    TransactionOutcome abortPrepared(PreparedTransaction transaction);

    /**
     * Commits whichever transaction of the id is prepared now. Safe only for a caller who knows that it is the one that was meant.
     *
     * @throws io.millrace.log.LogException with STOP if none is prepared, or if the log has failed
     */
    TransactionOutcome commitPrepared(String transactionalId);

    /** Aborts whichever transaction of the id is prepared now; otherwise as {@link #commitPrepared(String)}. */
    TransactionOutcome abortPrepared(String transactionalId);
}
