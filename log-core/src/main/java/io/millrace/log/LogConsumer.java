package io.millrace.log;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/**
 * Reads partitions, alone or as the member of a group.
 *
 * <p>One thread at a time: a call that comes while another thread is in one, {@link #close} and {@link #leave} included, throws
 * {@link java.util.ConcurrentModificationException} and does nothing. Only {@link #wakeup} may come at any time: whoever ends a consumer from
 * outside calls it, and the thread that polls closes the consumer. A rebalance listener, which a call runs, may call the consumer. The
 * cursors belong to the thread that polled them.
 */
public interface LogConsumer extends AutoCloseable {
    /**
     * Shares the partitions of these topics with the other members of the group; replaces a former subscription. Writes and reads nothing: the
     * next {@link #poll} joins the group.
     *
     * @throws LogException with STOP if no group can be called so, or if the log is only read
     * @throws IllegalStateException without a group, or if partitions were assigned
     */
    void subscribe(Set<String> topics, RebalanceListener listener);

    /** The same for all topics whose whole name matches, now and later; never internal ones. */
    void subscribe(Pattern topics, RebalanceListener listener);

    /**
     * Reads exactly these partitions, without a group's coordination; replaces a former assignment. With a group it begins where that has
     * committed, and what is committed, automatically too, is accepted while the group has no members.
     */
    void assign(Set<TopicPartition> partitions);

    Set<TopicPartition> assignment();

    /**
     * Takes part in the group (heartbeat, rebalance callbacks) and refills exhausted cursors. Waits up to {@code maxWait} until some
     * cursor has records, membership changes (the listener was told something), or {@link #wakeup}; with {@link Duration#ZERO} it never
     * waits. Every record that was handed out before counts as done from here on, for automatic commits.
     *
     * @return the cursors that have records, in a fair order; empty if there are none
     * @throws LogException with RETRY if nothing came within {@code maxWait} because the group could not be joined, as on a full disk: the
     *     next poll tries again, and joins when there is room; with RESTART_TASK if a static member was removed, because it did not poll in
     *     time or another consumer came with its instance id; with STOP if a partition is damaged, was deleted, or cannot be begun as
     *     {@link ConsumerConfig#offsetReset} says
     * @throws IllegalArgumentException if {@code maxWait} is negative
     * @throws IllegalStateException if the log is closed, also while this waits
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

    /**
     * Commits offsets outside of a transaction.
     *
     * @throws LogException with RESTART_TASK when this member was replaced; with STOP if a partition does not exist or, in the embedded log, an
     *     offset lies beyond the log end offset
     */
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

    /**
     * This member's identity for commits inside a transaction; before the first poll that of nobody, who may commit while the group has no
     * members. @throws IllegalStateException without a group, or once closed
     */
    GroupMetadata groupMetadata();

    /** Closes as {@link #close} does, and leaves the group in any case, so that others take over at once. */
    void leave();

    /**
     * Closes. A dynamic member leaves its group at once; a static one ({@link ConsumerConfig#instanceId}) keeps its partitions for the
     * session timeout, so that a restart moves nothing. With automatic commit, everything handed out is committed first, but for the
     * record in hand: it counts as done once the cursor was asked for the next. Before it departs, the listener is told that its partitions are
     * revoked, and what it commits for them is accepted; or that they are lost, if the group had removed it.
     * Once the log is closed, nothing can be committed any more: close consumers before it.
     */
    @Override
    void close();
}
