package io.millrace.dsl.runtime;

/**
 * Thrown through a task when a failed record or a failed timer has left effects: the transaction is aborted and its records are processed again, a
 * failed one as its policy says. Not an error, and seen by nobody but the loop.
 */
final class ReprocessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReprocessException(String what, Throwable cause) {
        super("Processing again after a failure: " + what, cause);
    }
}
