package io.millrace.transactions.guard;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import org.jspecify.annotations.Nullable;

/** Where a transactional producer stands between two calls, and what it says to a call that has no place there. */
public enum TransactionStage {
    READY("call begin() first"),
    OPEN("commit or abort the open transaction first"),
    /** Something could not be written: only an abort is left. */
    MUST_ABORT("the open transaction failed, call abort() first"),
    /** Somebody outside decides. */
    PREPARED("the transaction is prepared, only commit() or abort() can follow"),
    /** The answer to a commit was RETRY. */
    COMMITTING("the commit is not answered yet, call commit() again"),
    /** The answer to an abort was RETRY. */
    ABORTING("the abort is not answered yet, call abort() again"),
    FENCED("open a new producer"),
    CLOSED("open a new producer");

    private final String instead;

    TransactionStage(String instead) {
        this.instead = instead;
    }

    public IllegalStateException illegal(String call, String transactionalId) {
        return new IllegalStateException(
                call + "() on the producer of " + transactionalId + " is not possible: " + instead);
    }

    /** The error of a transaction that failed before, by whatever it failed. */
    public static LogException mustAbort(String transactionalId, @Nullable Throwable failure) {
        return new LogException(
                Disposition.ABORT_TRANSACTION,
                "The transaction of " + transactionalId + " failed and can only be aborted",
                failure);
    }

    /** The error of a transaction that fails now, by something that may be over in the next one. */
    public static LogException failed(String transactionalId, Throwable cause) {
        return new LogException(
                Disposition.ABORT_TRANSACTION,
                "The transaction of " + transactionalId + " could not be written: " + cause.getMessage() + "; abort it",
                cause);
    }
}
