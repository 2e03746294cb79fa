package io.millrace.cli.command;

/** Whoever read standard output has gone, such as {@code head}: a command ends without a word. */
public final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputClosedException(Throwable cause) {
        super("Nobody reads standard output any more", cause);
    }
}
