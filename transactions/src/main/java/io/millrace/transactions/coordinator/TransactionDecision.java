package io.millrace.transactions.coordinator;

/** What the rule answers to a command. */
public sealed interface TransactionDecision {
    /** Persist this record, then apply it; when it is decided, write its markers. */
    record Persist(TransactionMetadata next) implements TransactionDecision {}

    /** Write nothing. */
    record Answer(Verdict verdict) implements TransactionDecision {}

    /** Why nothing is to be written. */
    enum Verdict {
        /** What was asked for is the case already, or there is nothing to do. */
        DONE,
        /** The producer was replaced or timed out. */
        FENCED,
        /** A decision waits for its markers: write them, complete it, and ask again. */
        FINISH_FIRST,
        /** A transaction is open: fence it, and ask again. */
        FENCE_FIRST,
        /** The contrary of what was asked for was decided, and stands. */
        CONTRARY,
        /** A prepared transaction is in the way: whoever decides about it says commit or abort, and nobody else. */
        PREPARED,
        /** The transaction that is meant is not prepared, and was not ended as a prepared one that is remembered. */
        NOT_PREPARED,
        /** The command has no sense in this state. */
        REFUSED
    }
}
