package io.millrace.transactions;

import java.time.Duration;

/**
 * Settings of a transactional producer.
 *
 * @param transactionalId the identity that outlives restarts; of two producers with the same one, the later fences the earlier
 * @param transactionTimeout how long a transaction may stay open without a sign of life before the coordinator aborts it: a batch that is
 *     written, offsets that are sent, or {@link TransactionalProducer#keepAlive}
 * @param batchBytes size at which a batch under construction is written
 */
public record TransactionalProducerConfig(String transactionalId, Duration transactionTimeout, int batchBytes) {
    public TransactionalProducerConfig {
        if (transactionalId.isEmpty()) {
            throw new IllegalArgumentException("A transactional id is not empty");
        }
        if (transactionTimeout.isNegative() || transactionTimeout.isZero()) {
            throw new IllegalArgumentException("transactionTimeout is positive, got " + transactionTimeout);
        }
        if (batchBytes < 1) {
            throw new IllegalArgumentException("batchBytes is at least 1, got " + batchBytes);
        }
    }

    /** A timeout of 60 s and batches of 256 KiB. */
    public static TransactionalProducerConfig of(String transactionalId) {
        return new TransactionalProducerConfig(transactionalId, Duration.ofSeconds(60), 256 << 10);
    }

    public TransactionalProducerConfig withTransactionTimeout(Duration value) {
        return new TransactionalProducerConfig(transactionalId, value, batchBytes);
    }

    public TransactionalProducerConfig withBatchBytes(int value) {
        return new TransactionalProducerConfig(transactionalId, transactionTimeout, value);
    }
}
