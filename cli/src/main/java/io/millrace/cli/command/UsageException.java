package io.millrace.cli.command;

import org.jspecify.annotations.Nullable;

/**
 * The command line itself is wrong, as picocli's {@code ParameterException} says it of what it checks: the message says what, and behind it stands
 * where to read more. For what only the command knows, and for values that are judged after all are there. Exit status 2.
 */
public final class UsageException extends UnusableException {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }

    public UsageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
