package io.millrace.transactions;

/** The answer to every end of a transaction. */
public enum TransactionOutcome {
    /** All of it is visible, or will be without anybody's doing. */
    COMMITTED,
    /** None of it is or will be visible. The producer can begin the next transaction. */
    ABORTED,
    /** Another producer took the transactional id, or the transaction was aborted by its timeout or an administrator: close this one. */
    FENCED,
    /** The outcome is not known yet: the same call again answers it. */
    RETRY
}
