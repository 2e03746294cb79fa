package io.millrace.log;

/** Where a group's offsets are to be reset to. */
public sealed interface OffsetTarget {
    /** The first record that there is. */
    record Earliest() implements OffsetTarget {}

    /** The end for a read-committed reader, as it is when the plan is made. */
    record Latest() implements OffsetTarget {}

    /** This offset, or the nearest one that exists. */
    record Offset(long offset) implements OffsetTarget {}

    /** The first record of this timestamp (milliseconds since the epoch) or later, the end if there is none. */
    record Timestamp(long timestamp) implements OffsetTarget {}
}
