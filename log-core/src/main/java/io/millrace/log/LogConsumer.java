package io.millrace.log;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** Reads partitions, alone or as the member of a group. One thread at a time, but for {@link #wakeup}. */
public interface LogConsumer extends AutoCloseable {
    /** Joins the group and shares the partitions of these topics with its other members; replaces a former subscription. */
    void subscribe(Set<String> topics, RebalanceListener listener);

    /** The same for all topics whose whole name matches, now and later; never internal ones. */
    void subscribe(Pattern topics, RebalanceListener listener);

    /** Reads exactly these partitions, without a group's coordination. */
    void assign(Set<TopicPartition> partitions);

    Set<TopicPartition> assignment();

    /**
     * Takes part in the group (heartbeat, rebalance callbacks) and refills exhausted cursors. Waits up to {@code maxWait} until some
     * cursor has records, membership changes (the listener was told something), or {@link #wakeup}; with {@link Duration#ZERO} it never
     * waits. Every record that was handed out before counts as done from here on, for automatic commits.
     *
     * @return the cursors that have records, in a fair order; empty if there are none
     */
    List<RecordCursor> poll(Duration maxWait);

    /** Ends a present or the next waiting poll. From any thread. */
    void wakeup();

    /** The offset of the next record that will be handed out. */
    long position(TopicPartition topicPartition);

    /** Drops what is fetched of this partition and goes on from {@code offset}. */
    void seek(TopicPartition topicPartition, long offset);

    /** Goes on from the first record that there is. */
    void seekToBeginning(Set<TopicPartition> partitions);

    /** Goes on from the end that this reader's isolation lets it see now. */
    void seekToEnd(Set<TopicPartition> partitions);

    /** Goes on from the first record that this reader sees with this timestamp or a later one; from the end if there is none. */
    void seekToTimestamp(Set<TopicPartition> partitions, long timestamp);

    /** Stops handing out records of these partitions; what is fetched is kept. */
    void pause(Set<TopicPartition> partitions);

    void resume(Set<TopicPartition> partitions);

    /** How many offsets lie between the position and the end that this reader's isolation lets it see; empty when not assigned. */
    OptionalLong lag(TopicPartition topicPartition);

    /** The offsets that the group has committed for these partitions, without pending ones; absent where there is none. */
    Map<TopicPartition, Long> committed(Set<TopicPartition> partitions);

    /** Commits offsets outside of a transaction. @throws LogException with RESTART_TASK when this member was replaced */
    void commit(Map<TopicPartition, Long> offsets);

    /** The same for the {@linkplain RecordCursor#position positions} of all assigned partitions: the present records count as done. */
    void commit();

    /**
     * Commits without waiting until it is durable. Commits take effect in the order of their calls, whatever order they complete in.
     *
     * @return completes when {@link #commit(Map)} would return, with the error that it would throw
     */
    CompletionStage<Void> commitAsync(Map<TopicPartition, Long> offsets);

    /** The same for the positions of all assigned partitions. */
    CompletionStage<Void> commitAsync();

    /** This member's identity for commits inside a transaction. @throws IllegalStateException without a group */
    GroupMetadata groupMetadata();

    /** Leaves the group, so that others take over at once, and closes. */
    void leave();

    /**
     * Closes. A dynamic member leaves its group at once; a static one ({@link ConsumerConfig#instanceId}) keeps its partitions for the
     * session timeout, so that a restart moves nothing. With automatic commit, everything handed out is committed first, but for the
     * record in hand: it counts as done once the cursor was asked for the next.
     */
    @Override
    void close();
}
