package io.millrace.log;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

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

    /**
     * Deletes a topic with its records and with the offsets that groups have committed for it; durable at return. Producers and readers that
     * still use it get an error that says so. A topic that is created again under the name is another one, and empty.
     *
     * @return false if there is no such topic
     * @throws LogException with RETRY while a transaction is open in it; with STOP if it is internal
     */
    boolean deleteTopic(String name);

    /**
     * Gives a topic more partitions; durable at return. Groups share the new ones; of a key, later records may go to another partition
     * than earlier ones did.
     *
     * @param partitions how many there are to be in all; as many as there are changes nothing
     * @throws LogException with STOP if there are more already, if there is no such topic, or if it is internal
     */
    void addPartitions(String name, int partitions);

    /**
     * Replaces a topic's settings; durable at return, and in force from the next append on.
     *
     * @throws LogException with STOP if there is no such topic, or if it is internal
     */
    void alterTopic(String name, TopicSettings settings);

    /**
     * Deletes the records before an offset of each partition (Kafka's {@code deleteRecords}, KIP-107): the log starts there, durably at
     * return, whatever its durability; a partition that starts there or later stays as it is. Who reads on the way through what is deleted is
     * told so, or goes on where its reset policy says. Segments without a record that is left are deleted soon after; the others keep the
     * bytes of deleted records until they go as a whole.
     *
     * <p>The end of the log, {@link #endOffset} for {@code READ_COMMITTED}, deletes all that is decided. Beyond that nothing is deleted: Kafka goes
     * as far as the high watermark, into transactions that are open.
     *
     * @param beforeOffsets the first offset that stays, by partition; at most the last stable offset
     * @return where each of the partitions starts now
     * @throws IllegalArgumentException if an offset is negative
     * @throws LogException of the first partition of which it fails, those before it in order being done: with STOP if there is no such
     *     partition, it is internal, the cleanup of its topic does not delete, or the offset lies beyond its end; with RETRY if the offset lies
     *     beyond the last stable one
     */
    Map<TopicPartition, Long> deleteRecords(Map<TopicPartition, Long> beforeOffsets);

    Optional<TopicDescription> describeTopic(String name);

    /** All topics, sorted by name, internal ones included. */
    List<TopicDescription> topics();

    /** The first offset that can be read. */
    long logStartOffset(TopicPartition topicPartition);

    /** One past the last offset that a reader of this isolation can reach (the last stable offset, or the log end offset). */
    long endOffset(TopicPartition topicPartition, Isolation isolation);

    /**
     * Asks whether a partition can still grow. One whose storage failed cannot until the log is opened again, and what is not visible in it by then, such as
     * the end of a transaction that waits for its marker, does not become so before.
     *
     * @throws LogException with STOP if it cannot, as appending to it throws
     */
    default void checkAppendable(TopicPartition topicPartition) {
        // Where others own the partitions, they find somebody else who can.
    }

    /**
     * Where a partition begins to be as it was written: below, compaction has been, and may have removed superseded records and deletions; from
     * there on a deletion stays for the topic's {@code deleteRetention} at least, from now on. Empty if this log does not know.
     */
    default OptionalLong compactedOffset(TopicPartition topicPartition) {
        return OptionalLong.empty();
    }

    /**
     * The offset of the first record that a reader of this isolation sees with this timestamp (milliseconds since the epoch) or a later
     * one; empty if there is none before {@link #endOffset}.
     */
    OptionalLong offsetForTimestamp(TopicPartition topicPartition, long timestamp, Isolation isolation);

    /** Offsets that a group has committed, without pending ones. */
    Map<TopicPartition, Long> committedOffsets(String groupId);

    /** All groups that have members or offsets, sorted. */
    List<String> groups();

    /** A group with its members and how far it is; empty if it has neither members nor offsets. */
    Optional<GroupDescription> describeGroup(String groupId);

    /**
     * Says what {@link #resetOffsets} would do. Changes nothing.
     *
     * @throws LogException with STOP if a partition does not exist, or if there is no committed offset to shift; with RETRY while an open
     *     or prepared transaction holds an offset of one of the partitions
     */
    OffsetResetPlan planOffsetReset(String groupId, Set<TopicPartition> partitions, OffsetTarget target);

    /**
     * Commits the offsets of a plan, all or none; durable at return as the log's durability says.
     *
     * @throws LogException with RETRY while the group has members, if it committed since the plan was made, or while an open or prepared
     *     transaction holds an offset of one of the partitions
     */
    void resetOffsets(OffsetResetPlan plan);

    /**
     * Deletes a group's offsets; durable at return as the log's durability says.
     *
     * @return false if there is no such group
     * @throws LogException with RETRY while it has members, or while an open or prepared transaction holds an offset of it, which moves with
     *     the output of that
     */
    boolean deleteGroup(String groupId);
}
