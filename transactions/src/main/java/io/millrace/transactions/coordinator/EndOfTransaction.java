package io.millrace.transactions.coordinator;

import io.millrace.transactions.TransactionOutcome;

/**
 * The answer to the end of a transaction.
 *
 * @param producer who the producer is from now on, when the outcome is COMMITTED or ABORTED
 */
public record EndOfTransaction(TransactionOutcome outcome, ProducerIdentity producer) {}
