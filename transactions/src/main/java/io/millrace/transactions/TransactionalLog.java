package io.millrace.transactions;

import io.millrace.log.EventLog;

/** A log with transactions: what an application is started on. */
public interface TransactionalLog extends EventLog {
    /**
     * Opens the producer of a transactional id. An earlier producer with this id is fenced and its open transaction aborted before this
     * returns; a prepared one is not touched.
     *
     * @throws io.millrace.log.LogException with STOP if a prepared transaction of the id waits for its decision
     */
    TransactionalProducer transactionalProducer(TransactionalProducerConfig config);

    TransactionAdmin transactions();
}
