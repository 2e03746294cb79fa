package io.millrace.log.embedded.partition;

/** What decides whether a segment is to be cleaned. Used by one thread. */
public interface SegmentFacts {
    /** The offset behind it. */
    long endOffset();

    long sizeBytes();

    /** The largest timestamp of the first batch; −1 if there is no batch, or none with a timestamp. */
    long firstTimestamp();

    /** The largest timestamp of the batches; −1 if none has one. */
    long maxTimestamp();
}
