package io.millrace.kafka;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.platform.Ticker;
import io.millrace.serde.BytesView;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commits of one consumer: those that it is asked for, and automatic ones. Owned by the consumer's thread.
 *
 * <p>The client's own automatic commit is off: it counts a record as done that was only fetched. Here one is done when its cursor was asked for the next,
 * or when the consumer polls again. A commit that fails is tried again with the next interval, and logged once until one succeeds.
 */
final class ConsumerCommits {
    private static final Logger LOG = LoggerFactory.getLogger(ConsumerCommits.class);

    private final Consumer<BytesView, BytesView> client;
    private final ClusterCalls calls;
    private final Topics topics;
    private final Cursors cursors;
    private final String groupId;
    /** 0 without automatic commits, which need a group. */
    private final long intervalNanos;

    private long nextNanos;
    private boolean isFailing;

    ConsumerCommits(
            Consumer<BytesView, BytesView> client,
            ConsumerConfig config,
            ClusterCalls calls,
            Topics topics,
            Cursors cursors) {
        this.client = client;
        this.calls = calls;
        this.topics = topics;
        this.cursors = cursors;
        groupId = config.groupId().orElse("");
        intervalNanos = config.groupId().isEmpty()
                ? 0
                : config.autoCommitInterval().map(Ticker::nanosOf).orElse(0L);
        nextNanos = calls.ticker().nanos() + intervalNanos;
    }

    /** @param isMember whether the group shares the partitions among its members, and this is one */
    void commit(Map<TopicPartition, Long> offsets, boolean isMember) {
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> theirs = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            if (offset < 0) {
                throw new IllegalArgumentException("An offset is 0 or more, got " + offset + " for " + partition);
            }
            topics.require(partition);
            theirs.put(Names.theirs(partition), new OffsetAndMetadata(offset));
        });
        SortedSet<TopicPartition> foreign = new TreeSet<>(offsets.keySet());
        foreign.removeAll(cursors.partitions());
        if (isMember && !foreign.isEmpty()) {
            // The cluster would take it, and whoever owns them would be moved.
            throw new LogException(
                    Disposition.RESTART_TASK,
                    "The member of group " + groupId + " does not own " + foreign
                            + " (any more) and commits nothing for them. Close it, and start anew from what is committed");
        }
        if (theirs.isEmpty()) {
            return;
        }
        try {
            Waking.awake(() -> client.commitSync(theirs));
        } catch (RuntimeException e) {
            throw refused(e, isMember);
        }
        cursors.committed(offsets);
    }

    private RuntimeException refused(RuntimeException failure, boolean isMember) {
        if (KafkaErrors.isReplaced(failure) && !isMember) {
            return new LogException(
                    Disposition.RESTART_TASK,
                    "Group " + groupId + " refuses a commit from outside: it has members, and they alone commit for it."
                            + " Give a consumer that assigns its partitions a group of its own, or let it subscribe",
                    failure);
        }
        return KafkaErrors.translate("Group " + groupId + " took no commit", failure);
    }

    private boolean isAutomatic() {
        return intervalNanos != 0;
    }

    /** Everything that was handed out before is done now. */
    void beginPoll(boolean isMember) {
        if (isAutomatic()) {
            cursors.settle();
            commitIfDue(isMember);
        }
    }

    long nanosUntilDue(long nowNanos) {
        return isAutomatic() ? Math.max(nextNanos - nowNanos, 1) : Long.MAX_VALUE;
    }

    void commitIfDue(boolean isMember) {
        if (isAutomatic() && calls.ticker().nanos() - nextNanos >= 0) {
            commitSettled(cursors.partitions(), isMember);
        }
    }

    /** Commits what is done of partitions that are given up. */
    void beforeRevocation(Set<TopicPartition> partitions, boolean isMember) {
        if (isAutomatic()) {
            commitSettled(partitions, isMember);
        }
    }

    private void commitSettled(Set<TopicPartition> partitions, boolean isMember) {
        nextNanos = calls.ticker().nanos() + intervalNanos;
        SortedMap<TopicPartition, Long> offsets = cursors.uncommitted(partitions, true);
        if (offsets.isEmpty()) {
            return;
        }
        if (calls.isClosed()) {
            LOG.warn(
                    "Group {}: the log was closed before a consumer, whose last automatic commit is lost; what it read of {} last is read"
                            + " again. Close consumers before the log",
                    groupId,
                    offsets.keySet());
            return;
        }
        try {
            commit(offsets, isMember);
            isFailing = false;
        } catch (LogException e) {
            if (e.disposition() == Disposition.STOP) {
                throw e;
            }
            if (!isFailing) {
                LOG.warn("An automatic commit failed; what it held may be read again: {}", e.getMessage());
            }
            isFailing = true;
        }
    }
}
