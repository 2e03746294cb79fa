package io.millrace.transactions;

/**
 * What one engine does and another, by its nature, does otherwise: the whole list, of which {@code docs/engines.md} gives the reasons. A contract test
 * that meets one shows what holds with it and what holds without.
 */
public enum EngineTrait {
    /** An outside party can decide about a transaction ({@code TransactionalProducer.prepare}). */
    PREPARES_TRANSACTIONS,
    /** The commit of a transaction in which nothing was written asks the coordinator whether the producer is current. */
    ASKS_FOR_EMPTY_COMMITS
}
