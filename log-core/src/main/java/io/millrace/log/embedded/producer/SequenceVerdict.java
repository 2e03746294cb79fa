package io.millrace.log.embedded.producer;

/** What {@link SequenceRule} says of a batch. */
public enum SequenceVerdict {
    ACCEPT,
    /** The same batch stands in the log already: its first offsets are the answer. */
    DUPLICATE,
    /** A newer epoch of the producer is known. */
    FENCED,
    /** The sequence neither follows the last one nor is it one of the last batches. */
    OUT_OF_ORDER,
    /** A new epoch begins with sequence 0. */
    NEW_EPOCH_NOT_AT_ZERO,
    /** Nothing is known of the producer, and a transaction begins with sequence 0. */
    UNKNOWN_PRODUCER,
    /** A batch without a transaction inside the producer's open transaction. */
    PLAIN_IN_TRANSACTION,
    /** A batch of a newer epoch while the transaction of the older epoch is still open: its marker has to come first. */
    OLDER_TRANSACTION_OPEN
}
