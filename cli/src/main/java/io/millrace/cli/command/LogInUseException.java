package io.millrace.cli.command;

/** Another process has the log open, which only one may change. The message says what works nevertheless. */
public final class LogInUseException extends UnusableException {
    private static final long serialVersionUID = 1L;

    LogInUseException(String message, Throwable cause) {
        super(message, cause);
    }
}
