package io.millrace.log;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Administration of topics, offsets and groups. Safe for use by several threads. */
public interface LogAdmin {
    /**
     * Creates a topic, durable at return.
     *
     * @return false if it exists with as many partitions
     * @throws LogException if the name is not one ({@code [a-zA-Z0-9._-]}, at most 249), is reserved, or exists with another number of
     *     partitions
     */
    boolean createTopic(String name, int partitions, TopicSettings settings);

    Optional<TopicDescription> describeTopic(String name);

    /** All topics, sorted by name, internal ones included. */
    List<TopicDescription> topics();

    /** The first offset that can be read. */
    long logStartOffset(TopicPartition topicPartition);

    /** One past the last offset that a reader of this isolation can reach (the last stable offset, or the log end offset). */
    long endOffset(TopicPartition topicPartition, Isolation isolation);

    /**
     * The offset of the first record that a reader of this isolation sees with this timestamp (milliseconds since the epoch) or a later
     * one; empty if there is none before {@link #endOffset}.
     */
    OptionalLong offsetForTimestamp(TopicPartition topicPartition, long timestamp, Isolation isolation);

    /** Offsets that a group has committed, without pending ones. */
    Map<TopicPartition, Long> committedOffsets(String groupId);

    /** All groups that have members or offsets, sorted. */
    List<String> groups();
}
