package io.millrace.transactions;

import java.util.List;
import java.util.Optional;

/** What is known of transactions, and what a person or an outside resource does about them. Safe for use by several threads. */
public interface TransactionAdmin {
    /** All transactional ids, sorted. */
    List<TransactionDescription> list();

    Optional<TransactionDescription> describe(String transactionalId);

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
