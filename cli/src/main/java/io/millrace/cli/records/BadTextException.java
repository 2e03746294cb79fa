package io.millrace.cli.records;

/** Text that is not what its format says, or bytes that cannot be shown in it. The message says which. */
final class BadTextException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadTextException(String message) {
        super(message);
    }

    BadTextException(String message, Throwable cause) {
        super(message, cause);
    }
}
