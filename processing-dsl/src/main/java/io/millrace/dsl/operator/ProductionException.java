package io.millrace.dsl.operator;

/** A result that could not be written: its topic does not take it, or its serde failed. Names the topic; the cause says why. */
public final class ProductionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProductionException(String topic, Throwable cause) {
        super("A result for topic '" + topic + "' could not be written: " + cause.getMessage(), cause);
    }
}
