package io.millrace.dsl;

/**
 * Names of the headers that a dead letter carries besides those of the record that it was; values are UTF-8 text, numbers in decimal.
 * {@code io.millrace.dsl.deadletter} reads them back.
 */
public final class DeadLetterHeaders {
    public static final String TOPIC = "millrace.source.topic";
    public static final String PARTITION = "millrace.source.partition";
    public static final String OFFSET = "millrace.source.offset";
    /** The record's own timestamp, in milliseconds since the epoch: the letter has it too, unless its topic stamps what it takes. */
    public static final String TIMESTAMP = "millrace.source.timestamp";

    /** What failed: {@code deserialization}, {@code processing} or {@code production} ({@link ErrorKind#text}). Absent in letters of older versions. */
    public static final String ERROR_KIND = "millrace.error.kind";

    public static final String ERROR_CLASS = "millrace.error.class";
    public static final String ERROR_MESSAGE = "millrace.error.message";
    /** The stack trace, at most 8,192 characters of it; left out where the letter would be larger with it than its topic takes. */
    public static final String ERROR_STACK = "millrace.error.stack";
    /** When the record was given up, in milliseconds since the epoch. */
    public static final String ERROR_TIMESTAMP = "millrace.error.timestamp";

    /** How often the record was tried, at least 1. */
    public static final String ATTEMPTS = "millrace.error.attempts";

    /** How often the record had been a dead letter and was replayed; absent if never. A record that is replayed carries it too, and nothing that comes of it. */
    public static final String REPLAYS = "millrace.replays";

    private DeadLetterHeaders() {}
}
