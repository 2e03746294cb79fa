package io.millrace.log;

/** What a reader sees of transactions. */
public enum Isolation {
    /** Records up to the last stable offset, without those of aborted transactions. The default everywhere. */
    READ_COMMITTED,
    /** Everything up to the log end offset. For tools. */
    READ_UNCOMMITTED
}
