package io.millrace.serde;

/** Bytes that are not a value of the expected type, or a value that has no bytes. */
public final class SerdeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SerdeException(String message) {
        super(message);
    }

    public SerdeException(String message, Throwable cause) {
        super(message, cause);
    }
}
