package io.millrace.dsl.runtime;

/** An item of a source that cannot be turned into records, where the policy says to stop. Names the source, the position, the error and what to do. */
public final class ItemFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ItemFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
