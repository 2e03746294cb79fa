package io.millrace.log.embedded.retention;

import io.millrace.log.TopicSettings;
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
     * Deletes what is past retention, and lets go of what was deleted long enough ago.
     *
     * @param nowMillis wall-clock time, against which records' timestamps are held
     * @return how many segments were deleted or let go
     */
    public static int run(PartitionCleaning partition, long nowMillis, long nowNanos) {
        List<ClosedSegment> segments = partition.segments();
        int expired = expired(segments, partition.sizeBytes(), partition.settings(), nowMillis);
        if (expired > 0) {
            partition.deleteBelow(segments.get(expired - 1).endOffset(), nowNanos);
        }
        return expired + partition.dropDeleted(nowNanos - READABLE.toNanos());
    }

    /** How many segments, from the oldest on, are past retention: too old in all their records, or more than is to be kept. */
    private static int expired(List<ClosedSegment> segments, long sizeBytes, TopicSettings settings, long nowMillis) {
        if (!settings.cleanup().deletes()) {
            return 0;
        }
        long tooMany = settings.retentionBytes().map(keep -> sizeBytes - keep).orElse(0L);
        int count = 0;
        for (ClosedSegment segment : segments) {
            boolean tooOld = settings.retention().isPresent()
                    && nowMillis - segment.segment().maxTimestamp()
                            > settings.retention().get().toMillis();
            if (!tooOld && segment.sizeBytes() > tooMany) {
                return count;
            }
            tooMany -= segment.sizeBytes();
            count++;
        }
        return count;
    }
}
