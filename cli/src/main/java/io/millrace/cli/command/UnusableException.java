package io.millrace.cli.command;

import org.jspecify.annotations.Nullable;

/** Something that the person at the command line gave and that cannot be used; the message says what and what to do. Exit status 2. */
public class UnusableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableException(String message) {
        super(message);
    }

    public UnusableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
