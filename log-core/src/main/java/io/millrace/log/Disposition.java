package io.millrace.log;

/** What a caller does about an error. The runtime follows it; nobody has to know more classes than {@link LogException}. */
public enum Disposition {
    /** The same call may succeed later; nothing happened. */
    RETRY,
    /** The transaction must be aborted; a new one may succeed. */
    ABORT_TRANSACTION,
    /** The caller was replaced (fenced) or lost its place: close, and start anew from committed state. */
    RESTART_TASK,
    /** A person has to act: nothing will get better by itself. */
    STOP
}
