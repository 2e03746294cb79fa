package io.millrace.log.embedded.producer;

/** What {@link SequenceRule} says of a marker. */
public enum MarkerVerdict {
    ACCEPT,
    /** The marker stands in the log already: a retry, nothing is written. */
    RETRY,
    /** The marker's epoch is not above that of the transaction it would end: it belongs to an earlier one. */
    FENCED,
    /** A newer coordinator has written already. */
    COORDINATOR_FENCED
}
