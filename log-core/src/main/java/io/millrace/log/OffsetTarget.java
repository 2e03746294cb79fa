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

    /**
     * So many offsets from the committed one on, or back if negative; the nearest one that exists. What holds no record of users counts as
     * well, such as markers of transactions. Refused for a partition of which the group has committed nothing.
     */
    record Shift(long by) implements OffsetTarget {}
}
