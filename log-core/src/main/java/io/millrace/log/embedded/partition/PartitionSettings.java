package io.millrace.log.embedded.partition;

import io.millrace.log.Durability;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.RecordIterator;

/**
 * Settings of a partition's log.
 *
 * @param durability what an acknowledged write survives: decides whether a new segment, and with it the order of files, is forced
 * @param topic those of its topic; a batch that is larger than a segment may be gets a segment of its own
 * @param indexIntervalBytes how much log lies between two entries of a segment's indexes
 * @param maxInflatedBatchBytes what a compressed batch may become when it is read
 */
public record PartitionSettings(
        Durability durability, TopicSettings topic, int indexIntervalBytes, int maxInflatedBatchBytes) {
    private static final int INDEX_INTERVAL_BYTES = 4096;

    public PartitionSettings {
        if (indexIntervalBytes < 0) {
            throw new IllegalArgumentException("indexIntervalBytes is at least 0, got " + indexIntervalBytes);
        }
        if (maxInflatedBatchBytes < 1) {
            throw new IllegalArgumentException("maxInflatedBatchBytes is at least 1, got " + maxInflatedBatchBytes);
        }
    }

    /** Those of a topic that differs from the default by its segments' size alone. */
    public PartitionSettings(Durability durability, int segmentBytes, int indexIntervalBytes) {
        this(
                durability,
                TopicSettings.defaults().withSegmentBytes(segmentBytes),
                indexIntervalBytes,
                RecordIterator.MAX_INFLATED_BYTES);
    }

    /** As a topic's settings say, with an index entry every 4 KiB; batches become as large as {@link RecordIterator#MAX_INFLATED_BYTES}. */
    public static PartitionSettings of(TopicSettings topic, Durability durability) {
        return new PartitionSettings(durability, topic, INDEX_INTERVAL_BYTES, RecordIterator.MAX_INFLATED_BYTES);
    }

    public PartitionSettings withTopic(TopicSettings value) {
        return new PartitionSettings(durability, value, indexIntervalBytes, maxInflatedBatchBytes);
    }

    public PartitionSettings withMaxInflatedBatchBytes(int value) {
        return new PartitionSettings(durability, topic, indexIntervalBytes, value);
    }
}
