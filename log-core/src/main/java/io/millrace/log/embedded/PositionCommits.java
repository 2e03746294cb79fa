package io.millrace.log.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.platform.Ticker;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commits of one consumer: those that it is asked for, and automatic ones. Owned by the consumer's thread.
 *
 * <p>An automatic commit holds nothing that is not done: a record counts as done when its cursor was asked for the next one, or when the
 * consumer polls again. One that fails is tried again with the next interval, as the same records would be read again if it never came; it is
 * logged once until one succeeds.
 */
final class PositionCommits {
    private static final Logger LOG = LoggerFactory.getLogger(PositionCommits.class);

    private final ConsumerHost host;
    private final Fetcher fetcher;
    /** 0 without automatic commits, which need a group. */
    private final long intervalNanos;
    /** Who commits while nothing is subscribed to: nobody, whom the group takes for itself while it has no members. Null without a group. */
    private final @Nullable GroupMetadata nobody;

    private @Nullable GroupMembership membership;
    private long nextNanos;
    private boolean isFailing;

    PositionCommits(ConsumerHost host, ConsumerConfig config, Fetcher fetcher) {
        this.host = host;
        this.fetcher = fetcher;
        nobody = config.groupId().map(id -> new GroupMetadata(id, "", -1)).orElse(null);
        intervalNanos = nobody == null
                ? 0
                : config.autoCommitInterval().map(Ticker::nanosOf).orElse(0L);
        nextNanos = host.world().ticker().nanos() + intervalNanos;
    }

    /** From here on, commits are this member's. */
    void memberOf(GroupMembership group) {
        membership = group;
    }

    void commit(GroupMetadata by, Map<TopicPartition, Long> offsets) {
        host.commit(by, offsets);
        fetcher.committed(offsets);
    }

    CompletionStage<Void> commitAsync(GroupMetadata by, Map<TopicPartition, Long> offsets) {
        CompletionStage<Void> written = host.commitSoon(by, offsets);
        fetcher.committed(offsets);
        return written;
    }

    private boolean isAutomatic() {
        return intervalNanos != 0;
    }

    /** Everything that was handed out before is done now. */
    void beginPoll() {
        if (isAutomatic()) {
            fetcher.settle();
            commitIfDue();
        }
    }

    long nanosUntilDue(long nowNanos) {
        return isAutomatic() ? Math.max(nextNanos - nowNanos, 1) : Long.MAX_VALUE;
    }

    void commitIfDue() {
        if (isAutomatic() && host.world().ticker().nanos() - nextNanos >= 0) {
            commitSettled(fetcher.assignment());
        }
    }

    /** Commits what is done of partitions that go to others. */
    void beforeRevocation(SortedSet<TopicPartition> partitions) {
        if (isAutomatic()) {
            commitSettled(partitions);
        }
    }

    private void commitSettled(Set<TopicPartition> partitions) {
        GroupMembership group = membership;
        if (group != null && !group.isMember()) {
            return;
        }
        GroupMetadata by = group == null ? Objects.requireNonNull(nobody) : group.metadata();
        nextNanos = host.world().ticker().nanos() + intervalNanos;
        SortedMap<TopicPartition, Long> offsets = fetcher.uncommitted(partitions, true);
        if (offsets.isEmpty()) {
            return;
        }
        if (!host.isOpen()) {
            LOG.warn(
                    "Group {}: the log was closed before a consumer, whose last automatic commit is lost; what it read of {} last is read"
                            + " again. Close consumers before the log",
                    by.groupId(),
                    offsets.keySet());
            return;
        }
        try {
            commit(by, offsets);
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
