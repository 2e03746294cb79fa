package io.millrace.log;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Reads partitions, alone or as the member of a group. One thread at a time, but for {@link #wakeup}. */
public interface LogConsumer extends AutoCloseable {
    /** Joins the group and shares the partitions of these topics with its other members; replaces a former subscription. */
    void subscribe(Set<String> topics, RebalanceListener listener);

    /** Reads exactly these partitions, without a group's coordination. */
    void assign(Set<TopicPartition> partitions);

    Set<TopicPartition> assignment();

    /**
     * Takes part in the group (heartbeat, rebalance callbacks) and refills exhausted cursors. Waits up to {@code maxWait} until some
     * cursor has records, membership changes, or {@link #wakeup}; with {@link Duration#ZERO} it never waits.
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

    /** Stops handing out records of these partitions; what is fetched is kept. */
    void pause(Set<TopicPartition> partitions);

    void resume(Set<TopicPartition> partitions);

    /** How many offsets lie between the position and the end that this reader's isolation lets it see; empty when not assigned. */
    OptionalLong lag(TopicPartition topicPartition);

    /** The offsets that the group has committed for these partitions, without pending ones; absent where there is none. */
    Map<TopicPartition, Long> committed(Set<TopicPartition> partitions);

    /** Commits offsets outside of a transaction. @throws LogException with RESTART_TASK when this member was replaced */
    void commit(Map<TopicPartition, Long> offsets);

    /** This member's identity for commits inside a transaction. @throws IllegalStateException without a group */
    GroupMetadata groupMetadata();

    /** Leaves the group at once, so that others take over without waiting for the session timeout. */
    @Override
    void close();
}
