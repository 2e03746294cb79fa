package io.millrace.dsl.runtime;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;

/**
 * Tells whether this is still the newest instance of its name. A fenced loop must know: after a timeout it starts anew, after a
 * take-over it must not, or two instances would fence each other for ever.
 *
 * <p>It holds a transactional id with which nobody ever writes: only the start of another instance changes what the coordinator knows of
 * it. Safe for use by several threads.
 */
final class InstanceGuard implements AutoCloseable {
    private final TransactionalLog log;
    private final TransactionalProducer holder;
    private final long producerId;
    private final short producerEpoch;

    private InstanceGuard(TransactionalLog log, TransactionalProducer holder, TransactionDescription description) {
        this.log = log;
        this.holder = holder;
        this.producerId = description.producerId();
        this.producerEpoch = description.producerEpoch();
    }

    /** From here on older instances with the same identity know that they were replaced. */
    static InstanceGuard takeOver(TransactionalLog log, String identity) {
        TransactionalProducer holder =
                log.transactionalProducer(TransactionalProducerConfig.of(identity + "-instance"));
        return new InstanceGuard(log, holder, describe(log, holder.transactionalId()));
    }

    /** @throws LogException with STOP if a newer instance runs */
    void check() {
        TransactionDescription now = describe(log, holder.transactionalId());
        if (now.producerId() != producerId || now.producerEpoch() != producerEpoch) {
            throw new LogException(
                    Disposition.STOP,
                    "A newer instance of this application has taken over ('" + holder.transactionalId()
                            + "' was opened again): only one instance of a name can run on a log, so this one ends");
        }
    }

    private static TransactionDescription describe(TransactionalLog log, String transactionalId) {
        return log.transactions()
                .describe(transactionalId)
                .orElseThrow(() -> new LogException(
                        Disposition.STOP, "The log does not know transactional id '" + transactionalId + "'"));
    }

    @Override
    public void close() {
        holder.close();
    }
}
