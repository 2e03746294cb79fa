package io.millrace.transactions.coordinator;

/** What the rule answers to a command. */
public sealed interface TransactionDecision {
    /** Persist this record, then apply it; when it is prepared, write its markers. */
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
        /** The contrary was decided, or the command has no sense in this state. */
        REFUSED
    }
}
