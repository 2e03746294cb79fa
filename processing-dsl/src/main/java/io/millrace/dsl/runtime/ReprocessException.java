package io.millrace.dsl.runtime;

/**
 * Thrown through a task when a failed record has left effects: the transaction is aborted and its records are processed again, the failed one
 * as its policy says. Not an error, and seen by nobody but the loop.
 */
final class ReprocessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReprocessException(String record, Throwable cause) {
        super("Processing again without " + record, cause);
    }
}
