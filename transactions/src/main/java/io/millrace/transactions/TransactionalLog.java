package io.millrace.transactions;

import io.millrace.log.EventLog;

/** A log with transactions: what an application is started on. */
public interface TransactionalLog extends EventLog {
    /**
     * Opens the producer of a transactional id. An earlier producer with this id is fenced and its open transaction aborted before this
     * returns.
     */
    TransactionalProducer transactionalProducer(TransactionalProducerConfig config);

    TransactionAdmin transactions();
}
