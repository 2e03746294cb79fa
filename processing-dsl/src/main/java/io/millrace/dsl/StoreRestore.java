package io.millrace.dsl;

import io.millrace.log.TopicPartition;

/**
 * How one store is brought up on one partition, from the changelog or, for a global table, from its topic (Kafka Streams: what a {@code
 * StateRestoreListener} is told).
 *
 * @param store its name
 * @param topicPartition what is read
 * @param startOffset where it began to read: where the store stood, or the beginning
 * @param position of the next record to read
 * @param endOffset where it ends, one past the last offset
 * @param records that were read; fewer than the offsets, where some are markers, aborted or compacted away
 */
public record StoreRestore(
        Phase phase,
        String store,
        TopicPartition topicPartition,
        long startOffset,
        long position,
        long endOffset,
        long records) {
    /** What has just happened. */
    public enum Phase {
        /** It begins; told also where nothing is to be read. */
        BEGUN,
        /** Some of it was read: as much as one poll brought. */
        GOING_ON,
        /** All of it is read, and the store can be used. */
        ENDED,
        /** The partition goes elsewhere, or the application ends, before all of it was read. What was read stays. */
        SUSPENDED
    }
}
