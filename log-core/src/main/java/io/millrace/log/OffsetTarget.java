package io.millrace.log;

import java.util.OptionalLong;
import java.util.function.LongFunction;

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

    /**
     * The offset of this target in a partition.
     *
     * @param committed what the group has committed of it
     * @param start the log start offset
     * @param end the last stable offset
     * @param atTime the first offset that a read-committed reader sees with a timestamp (milliseconds since the epoch) or a later one, empty if
     *     there is none
     * @throws LogException with STOP if there is nothing committed to shift
     */
    default long resolve(
            TopicPartition partition, OptionalLong committed, long start, long end, LongFunction<OptionalLong> atTime) {
        if (this instanceof Earliest) {
            return start;
        } else if (this instanceof Latest) {
            return end;
        } else if (this instanceof Offset to) {
            return Math.max(start, Math.min(to.offset(), end));
        } else if (this instanceof Timestamp time) {
            return atTime.apply(time.timestamp()).orElse(end);
        } else if (this instanceof Shift shift) {
            long from = committed.orElseThrow(() -> new LogException(
                    Disposition.STOP,
                    "There is no committed offset of " + partition
                            + " to shift: name the offset, or leave the partition out"));
            // Within the log no sum overflows.
            return from + Math.max(start - from, Math.min(shift.by(), end - from));
        }
        throw new IllegalStateException("A target that no rule is for: " + this);
    }
}
