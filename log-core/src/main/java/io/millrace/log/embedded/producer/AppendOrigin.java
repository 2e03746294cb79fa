package io.millrace.log.embedded.producer;

/** Who appends a batch, which decides what is checked of it. */
public enum AppendOrigin {
    /** A producer: epoch and sequences are checked, and a batch that was there before is not written again. */
    CLIENT,
    /** A coordinator that writes for a producer (offsets in a transaction): the epoch is checked, there are no sequences. */
    COORDINATOR
}
