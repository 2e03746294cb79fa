package io.millrace.log;

import org.jspecify.annotations.Nullable;

/** The error of every log operation: what happened, what to do ({@link #getMessage}), and what a program does ({@link #disposition}). */
public class LogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Disposition disposition;

    public LogException(Disposition disposition, String message) {
        this(disposition, message, null);
    }

    public LogException(Disposition disposition, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.disposition = disposition;
    }

    public final Disposition disposition() {
        return disposition;
    }
}
