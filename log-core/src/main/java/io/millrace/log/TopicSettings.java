package io.millrace.log;

import java.time.Duration;
import java.util.Optional;

/**
 * Settings of a topic.
 *
 * @param cleanup what becomes of old records
 * @param retention how long records are kept (cleanup DELETE), empty for ever
 * @param retentionBytes how many bytes of a partition are kept, empty for all
 * @param segmentBytes size at which a segment is closed and a new one begun
 * @param maxRecordBytes the largest batch of one record that is accepted
 */
public record TopicSettings(
        Cleanup cleanup,
        Optional<Duration> retention,
        Optional<Long> retentionBytes,
        int segmentBytes,
        int maxRecordBytes) {
    /** What becomes of old records. */
    public enum Cleanup {
        /** Segments past retention are deleted. */
        DELETE,
        /** The newest record of each key is kept. */
        COMPACT
    }

    public TopicSettings {
        if (segmentBytes < 1) {
            throw new IllegalArgumentException("segmentBytes is at least 1, got " + segmentBytes);
        }
        if (maxRecordBytes < 1) {
            throw new IllegalArgumentException("maxRecordBytes is at least 1, got " + maxRecordBytes);
        }
    }

    /** Everything is kept; segments of 1 GiB; records of up to 1 MiB. */
    public static TopicSettings defaults() {
        return new TopicSettings(Cleanup.DELETE, Optional.empty(), Optional.empty(), 1 << 30, 1 << 20);
    }

    public static TopicSettings compacted() {
        return defaults().withCleanup(Cleanup.COMPACT);
    }

    public TopicSettings withCleanup(Cleanup value) {
        return new TopicSettings(value, retention, retentionBytes, segmentBytes, maxRecordBytes);
    }

    public TopicSettings withSegmentBytes(int value) {
        return new TopicSettings(cleanup, retention, retentionBytes, value, maxRecordBytes);
    }

    public TopicSettings withMaxRecordBytes(int value) {
        return new TopicSettings(cleanup, retention, retentionBytes, segmentBytes, value);
    }
}
