package io.millrace.log.embedded.retention;

import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.partition.SegmentFacts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Decides what of a partition is old. Pure, but for the reading of timestamps, which are asked for last. Segments are closed and in order,
 * oldest first; {@code nowMillis} is the wall-clock time against which records' timestamps are held.
 */
final class CleaningRule {
    private CleaningRule() {}

    /**
     * How many segments, from the oldest on, are to go: too old in all their records, more than is to be kept, or with no record that was not
     * deleted on demand.
     *
     * @param recordsStart below which records were deleted on demand
     * @param sizeBytes of the partition, with the segment that is written
     */
    static int expired(
            List<? extends SegmentFacts> segments,
            long recordsStart,
            long sizeBytes,
            TopicSettings settings,
            long nowMillis) {
        if (!settings.cleanup().deletes()) {
            return 0;
        }
        long tooMany = settings.retentionBytes().map(keep -> sizeBytes - keep).orElse(0L);
        int count = 0;
        for (SegmentFacts segment : segments) {
            if (segment.endOffset() > recordsStart
                    && segment.sizeBytes() > tooMany
                    && !isOlder(segment.maxTimestamp(), settings.retention(), nowMillis)) {
                return count;
            }
            tooMany -= segment.sizeBytes();
            count++;
        }
        return count;
    }

    /** How many segments, from the oldest on, may be compacted: those before the first that holds a record younger than the minimal lag. */
    static int compactable(
            List<? extends SegmentFacts> segments, long firstDirty, TopicSettings settings, long nowMillis) {
        Duration minLag = settings.compaction().minLag();
        if (minLag.isZero()) {
            return segments.size();
        }
        int count = 0;
        for (SegmentFacts segment : segments) {
            if (segment.endOffset() > firstDirty && nowMillis - segment.maxTimestamp() < minLag.toMillis()) {
                return count;
            }
            count++;
        }
        return count;
    }

    /** True if enough of the segments that may be compacted was not yet, or something was not for too long. */
    static boolean compactionIsDue(
            List<? extends SegmentFacts> segments, long firstDirty, TopicSettings settings, long nowMillis) {
        if (!settings.cleanup().compacts()) {
            return false;
        }
        long bytes = 0;
        long dirtyBytes = 0;
        boolean tooLong = false;
        for (SegmentFacts segment : segments.subList(0, compactable(segments, firstDirty, settings, nowMillis))) {
            bytes += segment.sizeBytes();
            if (segment.endOffset() > firstDirty) {
                // Segments are in order, so the first that is dirty has waited for longest.
                tooLong |= dirtyBytes == 0 && isPastMaxLag(segment, settings, nowMillis);
                dirtyBytes += segment.sizeBytes();
            }
        }
        return dirtyBytes > 0 && (tooLong || dirtyBytes >= settings.compaction().minDirtyRatio() * bytes);
    }

    /**
     * True if the segment that is written is to be closed, because nothing in it is cleaned before: it holds what should have been compacted,
     * or nothing but what is past retention. An idle partition gets no append that would close it.
     */
    static boolean activeIsDue(SegmentFacts active, TopicSettings settings, long nowMillis) {
        if (active.sizeBytes() == 0) {
            return false;
        }
        boolean toCompact = settings.cleanup().compacts() && isPastMaxLag(active, settings, nowMillis);
        return toCompact
                || (settings.cleanup().deletes() && isOlder(active.maxTimestamp(), settings.retention(), nowMillis));
    }

    private static boolean isPastMaxLag(SegmentFacts segment, TopicSettings settings, long nowMillis) {
        Optional<Duration> maxLag = settings.compaction().maxLag();
        if (maxLag.isEmpty()) {
            return false;
        }
        long first = segment.firstTimestamp();
        return isOlder(first < 0 ? segment.maxTimestamp() : first, maxLag, nowMillis);
    }

    private static boolean isOlder(long timestamp, Optional<Duration> than, long nowMillis) {
        return than.isPresent() && nowMillis - timestamp > than.get().toMillis();
    }
}
