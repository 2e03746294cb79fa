package io.millrace.transactions;

import java.util.List;
import java.util.Optional;

/** What is known of transactions, for tools. Safe for use by several threads. */
public interface TransactionAdmin {
    /** All transactional ids, sorted. */
    List<TransactionDescription> list();

    Optional<TransactionDescription> describe(String transactionalId);
}
