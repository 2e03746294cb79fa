package io.millrace.dsl.runtime;

/** A timer that failed at every attempt. Names the step, the key, the time, the error and what to do. */
public final class TimerFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TimerFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
