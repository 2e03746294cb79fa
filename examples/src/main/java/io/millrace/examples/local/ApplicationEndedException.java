package io.millrace.examples.local;

/** The application ended before its work was done; what is committed is intact, and the next run goes on from there. */
public final class ApplicationEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ApplicationEndedException(String application, Throwable cause) {
        super("The application " + application + " ended: " + cause.getMessage(), cause);
    }
}
