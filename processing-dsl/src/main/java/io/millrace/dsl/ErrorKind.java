package io.millrace.dsl;

import java.util.Locale;

/** At which point a record failed; each has a policy of its own, {@link ErrorPolicies}. */
public enum ErrorKind {
    /** Its key or value could not be read by the topic's serde (Kafka Streams: {@code DeserializationExceptionHandler}). */
    DESERIALIZATION("could not be read", "onDeserializationError"),
    /** A step threw, or the timestamp extractor (Kafka Streams: {@code ProcessingExceptionHandler}, KIP-1033). */
    PROCESSING("could not be processed", "onProcessingError"),
    /** A result could not be written by its serde, or is refused by its topic (Kafka Streams: {@code ProductionExceptionHandler}). */
    PRODUCTION("has a result that could not be written", "onProductionError");

    private final String told;
    private final String method;

    ErrorKind(String told, String method) {
        this.told = told;
        this.method = method;
    }

    /** For messages, behind the record. */
    public String told() {
        return told;
    }

    /** The method of streams and pipelines that gives it a policy. */
    public String method() {
        return method;
    }

    /** As it is written in headers and on the command line: {@code deserialization}, {@code processing}, {@code production}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
