package io.millrace.dsl.deadletter;

/** What became of a letter. */
public enum Decision {
    /** Nothing yet. */
    OPEN,
    /** Its record was put back. */
    REPLAYED,
    /** It was given up. */
    DISCARDED
}
