package io.millrace.log;

import java.time.Duration;
import java.util.Optional;

/**
 * Settings of a topic. Made from {@link #defaults} with the {@code with…} methods, so that a setting more breaks no caller.
 *
 * <p>Retention and compaction come round: in the embedded log every 15 s to partitions that are in use and every 5 min to others, if its
 * {@code cleaningInterval} says nothing else. They take whole segments and leave the newest alone, and take only what is durable: a segment that
 * was closed waits for the next checkpoint ({@code checkpointInterval}, 10 s). Files of deleted segments stay for a minute as {@code .deleted}, for
 * readers that are inside. So a partition is larger than its limits by up to a segment and what is written within a round, a checkpoint and that
 * minute; limits far below that hold no sooner.
 *
 * @param cleanup what becomes of old records
 * @param retention how long records are kept (cleanup that deletes), empty for ever
 * @param retentionBytes how many bytes of a partition are kept at the least (cleanup that deletes), empty for all
 * @param compaction when and how a partition is compacted (cleanup that compacts)
 * @param segmentBytes size at which a segment is closed and a new one begun, from 1; a batch that is larger has a segment of its own, so that
 *     very small ones are segments of a batch each, for tests ({@link #checkPractical})
 * @param segmentAge how far the timestamps of a segment's first and next batch lie apart, at which it is closed and a new one begun: what
 *     retention and compaction wait for, since they leave the newest segment alone. Where nothing comes, the newest segment is closed once
 *     all of it is past retention, or its first batch past the maximal lag of compaction
 * @param maxRecordBytes the largest record that is accepted, from 1: the bytes of its key, its value and its headers' names and values, as they are
 *     handed over, before compression. What the log adds does not count, nor do the other records of a batch. Kafka's {@code max.message.bytes}
 *     bounds what is written, a batch's 61 bytes of header and a record's few included, after compression: a record of that many bytes needs about
 *     100 more there
 * @param timestampType what the timestamp of a record means
 * @param compression how producers compress batches
 */
public record TopicSettings(
        Cleanup cleanup,
        Optional<Duration> retention,
        Optional<Long> retentionBytes,
        Compaction compaction,
        int segmentBytes,
        Duration segmentAge,
        int maxRecordBytes,
        TimestampType timestampType,
        Compression compression) {
    private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);
    private static final int LEAST_SEGMENT_BYTES = 1 << 20;
    private static final Duration LEAST_SEGMENT_AGE = Duration.ofSeconds(1);
    private static final int LEAST_RECORD_BYTES = 1 << 10;
    private static final TopicSettings DEFAULTS = new TopicSettings(
            Cleanup.DELETE,
            Optional.empty(),
            Optional.empty(),
            Compaction.defaults(),
            1 << 30,
            Duration.ofDays(7),
            1 << 20,
            TimestampType.CREATE_TIME,
            Compression.NONE);

    /** What becomes of old records. */
    public enum Cleanup {
        /** Segments past retention are deleted. */
        DELETE,
        /** The newest record of each key is kept; a record without a value removes its key. Records need keys. */
        COMPACT,
        /** Both: the newest record of each key is kept, until it is past retention. */
        COMPACT_AND_DELETE;

        public boolean deletes() {
            return this != COMPACT;
        }

        public boolean compacts() {
            return this != DELETE;
        }
    }

    /** What the timestamp of a record means. */
    public enum TimestampType {
        /** The producer's. */
        CREATE_TIME,
        /** The time at which its batch was appended, whatever the producer said. */
        LOG_APPEND_TIME
    }

    public TopicSettings {
        retention.ifPresent(value -> checkDuration("retention", value));
        checkBytes("retentionBytes", retentionBytes.orElse(0L), 0, Long.MAX_VALUE);
        checkBytes("segmentBytes", segmentBytes, 1, Integer.MAX_VALUE);
        checkDuration("segmentAge", segmentAge);
        // The catalogue keeps milliseconds.
        checkAtLeast("segmentAge", segmentAge, Duration.ofMillis(1));
        checkBytes("maxRecordBytes", maxRecordBytes, 1, Integer.MAX_VALUE);
    }

    /**
     * Refuses what the log can do and nobody can want, as where a unit was forgotten. For settings that a person gives: the command line
     * asks, a program may.
     *
     * <p>A segment has 1 MiB at least, as Kafka asks for since 4.0, since each has files of its own that are open or looked for at every
     * start; for the same reason it lasts a second at least. A record may take 1 KiB at least; superseded records are left alone for a
     * millisecond at least, as in Kafka. Retention may be 0, which empties a topic.
     *
     * @throws IllegalArgumentException naming the setting, what it may be, and what it is
     */
    public void checkPractical() {
        checkBytes("segmentBytes", segmentBytes, LEAST_SEGMENT_BYTES, Integer.MAX_VALUE);
        checkAtLeast("segmentAge", segmentAge, LEAST_SEGMENT_AGE);
        checkBytes("maxRecordBytes", maxRecordBytes, LEAST_RECORD_BYTES, Integer.MAX_VALUE);
        compaction.maxLag().ifPresent(value -> checkAtLeast("maxLag", value, Duration.ofMillis(1)));
    }

    private static void checkBytes(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " is " + least + " to " + most + " bytes, got " + value);
        }
    }

    private static void checkAtLeast(String what, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            throw new IllegalArgumentException(what + " is at least " + least + ", got " + value);
        }
    }

    /** Timestamps are milliseconds, and so are the durations that are held against them. */
    private static void checkDuration(String what, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(what + " is not negative, got " + value);
        }
        if (value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    what + " is at most " + Long.MAX_VALUE + " milliseconds, which is for ever, got " + value);
        }
    }

    /** Everything is kept; segments of 1 GiB or 7 days; records of up to 1 MiB; no compression. */
    public static TopicSettings defaults() {
        return DEFAULTS;
    }

    public static TopicSettings compacted() {
        return defaults().withCleanup(Cleanup.COMPACT);
    }

    public TopicSettings withCleanup(Cleanup value) {
        return new TopicSettings(
                value,
                retention,
                retentionBytes,
                compaction,
                segmentBytes,
                segmentAge,
                maxRecordBytes,
                timestampType,
                compression);
    }

    public TopicSettings withRetention(Optional<Duration> value) {
        return new TopicSettings(
                cleanup,
                value,
                retentionBytes,
                compaction,
                segmentBytes,
                segmentAge,
                maxRecordBytes,
                timestampType,
                compression);
    }

    public TopicSettings withRetentionBytes(Optional<Long> value) {
        return new TopicSettings(
                cleanup,
                retention,
                value,
                compaction,
                segmentBytes,
                segmentAge,
                maxRecordBytes,
                timestampType,
                compression);
    }

    public TopicSettings withCompaction(Compaction value) {
        return new TopicSettings(
                cleanup,
                retention,
                retentionBytes,
                value,
                segmentBytes,
                segmentAge,
                maxRecordBytes,
                timestampType,
                compression);
    }

    public TopicSettings withSegmentBytes(int value) {
        return new TopicSettings(
                cleanup,
                retention,
                retentionBytes,
                compaction,
                value,
                segmentAge,
                maxRecordBytes,
                timestampType,
                compression);
    }

    public TopicSettings withSegmentAge(Duration value) {
        return new TopicSettings(
                cleanup,
                retention,
                retentionBytes,
                compaction,
                segmentBytes,
                value,
                maxRecordBytes,
                timestampType,
                compression);
    }

    public TopicSettings withMaxRecordBytes(int value) {
        return new TopicSettings(
                cleanup,
                retention,
                retentionBytes,
                compaction,
                segmentBytes,
                segmentAge,
                value,
                timestampType,
                compression);
    }

    public TopicSettings withTimestampType(TimestampType value) {
        return new TopicSettings(
                cleanup,
                retention,
                retentionBytes,
                compaction,
                segmentBytes,
                segmentAge,
                maxRecordBytes,
                value,
                compression);
    }

    public TopicSettings withCompression(Compression value) {
        return new TopicSettings(
                cleanup,
                retention,
                retentionBytes,
                compaction,
                segmentBytes,
                segmentAge,
                maxRecordBytes,
                timestampType,
                value);
    }

    /**
     * When and how a partition is compacted.
     *
     * @param minLag a record younger than this stays, whatever came after it: who reads within this time sees every record
     * @param maxLag a superseded record is removed after about this time, however little there is to clean; empty for no such bound
     * @param deleteRetention how long a record without a value, and the marker of a transaction, stay after the first compaction that could
     *     have removed them: who reads the partition from its start within this time learns of every removed key. The next compaction after
     *     that removes them, and one begins only when enough was written: where nothing more comes they stay, as in Kafka
     * @param minDirtyRatio how large a part of the log has to be not yet compacted for a compaction to begin, 0 to 1
     */
    public record Compaction(
            Duration minLag, Optional<Duration> maxLag, Duration deleteRetention, double minDirtyRatio) {
        public Compaction {
            checkDuration("minLag", minLag);
            maxLag.ifPresent(value -> checkDuration("maxLag", value));
            checkDuration("deleteRetention", deleteRetention);
            if (maxLag.isPresent() && maxLag.get().compareTo(minLag) < 0) {
                throw new IllegalArgumentException("maxLag is at least minLag, got " + maxLag.get() + " and " + minLag);
            }
            if (!(minDirtyRatio >= 0 && minDirtyRatio <= 1)) {
                throw new IllegalArgumentException("minDirtyRatio is 0 to 1, got " + minDirtyRatio);
            }
        }

        /** No lag; 24 hours for records without a value; when half of the log is not compacted. */
        public static Compaction defaults() {
            return new Compaction(Duration.ZERO, Optional.empty(), Duration.ofHours(24), 0.5);
        }

        public Compaction withMinLag(Duration value) {
            return new Compaction(value, maxLag, deleteRetention, minDirtyRatio);
        }

        public Compaction withMaxLag(Optional<Duration> value) {
            return new Compaction(minLag, value, deleteRetention, minDirtyRatio);
        }

        public Compaction withDeleteRetention(Duration value) {
            return new Compaction(minLag, maxLag, value, minDirtyRatio);
        }

        public Compaction withMinDirtyRatio(double value) {
            return new Compaction(minLag, maxLag, deleteRetention, value);
        }
    }
}
