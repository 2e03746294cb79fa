package io.millrace.log.embedded.retention;

import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.PartitionCleaning.ClosedSegment;
import java.time.Duration;
import java.util.List;

/** Deletes the segments of a partition that are past their topic's retention. Static; called within a step of the partition's cleaning. */
public final class Retention {
    /** How long readers inside deleted segments may go on, and their bytes take room. */
    public static final Duration READABLE = Duration.ofMinutes(1);

    private Retention() {}

    /**
     * Deletes what is past retention, or holds only records that were deleted on demand, and lets go of what was deleted long enough ago.
     *
     * @param nowMillis wall-clock time, against which records' timestamps are held
     * @return how many segments were deleted or let go
     */
    public static int run(PartitionCleaning partition, long nowMillis, long nowNanos) {
        List<ClosedSegment> segments = partition.segments();
        int expired = CleaningRule.expired(
                segments, partition.recordsStart(), partition.sizeBytes(), partition.settings(), nowMillis);
        if (expired > 0) {
            partition.deleteBelow(segments.get(expired - 1).endOffset(), nowNanos);
        }
        return expired + partition.dropDeleted(nowNanos - READABLE.toNanos());
    }
}
