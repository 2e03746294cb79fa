package io.millrace.dsl.runtime;

/** A source could not be read. It is opened again, behind what is committed, as often as the application's retries say. */
final class SourceFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SourceFailedException(String source, long position, Exception cause) {
        super("Source '" + source + "' could not be read behind position " + position + ": " + cause, cause);
    }
}
