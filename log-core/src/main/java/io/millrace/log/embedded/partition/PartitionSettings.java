package io.millrace.log.embedded.partition;

import io.millrace.log.Durability;
import io.millrace.log.TopicSettings;

/**
 * Settings of a partition's log.
 *
 * @param durability what an acknowledged write survives: decides whether a new segment, and with it the order of files, is forced
 * @param segmentBytes size at which a segment is closed and a new one begun; a batch that is larger gets a segment of its own
 * @param indexIntervalBytes how much log lies between two entries of a segment's indexes
 */
public record PartitionSettings(Durability durability, int segmentBytes, int indexIntervalBytes) {
    private static final int INDEX_INTERVAL_BYTES = 4096;

    public PartitionSettings {
        if (segmentBytes < 1) {
            throw new IllegalArgumentException("segmentBytes is at least 1, got " + segmentBytes);
        }
        if (indexIntervalBytes < 0) {
            throw new IllegalArgumentException("indexIntervalBytes is at least 0, got " + indexIntervalBytes);
        }
    }

    /** As a topic's settings say, with an index entry every 4 KiB. */
    public static PartitionSettings of(TopicSettings topic, Durability durability) {
        return new PartitionSettings(durability, topic.segmentBytes(), INDEX_INTERVAL_BYTES);
    }
}
