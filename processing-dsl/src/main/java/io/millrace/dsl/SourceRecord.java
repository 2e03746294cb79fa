package io.millrace.dsl;

/** A record as it was read, for a {@link TimestampExtractor}. {@link #timestamp} is what the record itself carries, set by its producer or at its append. */
public interface SourceRecord extends RecordOrigin {
    /** No record of the partition was processed yet. */
    long UNKNOWN = -1;

    /**
     * The event time that the record's partition has reached: the greatest time that the extractor said of a record before it in the same partition which was
     * processed, over restarts, too; {@link #UNKNOWN} if there was none. A record that failed is none of them, whatever became of it. Milliseconds since
     * the epoch.
     *
     * @throws IllegalStateException if the extractor was given without a name, by which this is kept
     */
    long partitionTime();
}
