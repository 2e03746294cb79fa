package io.millrace.dsl.runtime;

/** A record that cannot be processed, where the policy says to stop. Names the record, the error and what to do. */
public final class RecordFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RecordFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
