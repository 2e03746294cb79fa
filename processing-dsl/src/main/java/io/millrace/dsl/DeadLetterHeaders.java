package io.millrace.dsl;

/** Names of the headers that a dead letter carries; values are UTF-8 text, numbers in decimal. */
public final class DeadLetterHeaders {
    public static final String TOPIC = "millrace.source.topic";
    public static final String PARTITION = "millrace.source.partition";
    public static final String OFFSET = "millrace.source.offset";
    public static final String ERROR_CLASS = "millrace.error.class";
    public static final String ERROR_MESSAGE = "millrace.error.message";
    public static final String ATTEMPTS = "millrace.error.attempts";

    private DeadLetterHeaders() {}
}
