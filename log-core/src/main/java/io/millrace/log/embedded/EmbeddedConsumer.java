package io.millrace.log.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.RebalanceListener;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.group.TopicSelection;
import io.millrace.log.guard.GuardedConsumer;
import io.millrace.platform.Ticker;
import io.millrace.platform.Waiter;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The consumer of one log. Owned by one thread, which {@link GuardedConsumer} sees to, but for {@link #wakeup}.
 *
 * <p>A waiting poll is woken by the append, the marker or the change of its group that it waits for; no timer looks whether there is
 * something, unless another process writes the log ({@link ReadOnlyLog}). The list that a poll returns is the same object each time and valid until the next one.
 */
final class EmbeddedConsumer implements LogConsumer {
    /** How long a waiting poll rests that could not join its group. */
    private static final long ENTER_NANOS = 100_000_000;

    private final ConsumerHost host;
    private final ConsumerConfig config;
    private final Waiter waiter;
    private final Runnable wake;
    private final Fetcher fetcher;
    private volatile boolean wakeup;
    private final PositionCommits commits;
    private @Nullable GroupMembership membership;
    private boolean moved;
    /** No more polls; commits go on until {@link #closed}, for who is told of the end. */
    private boolean closing;

    private boolean closed;

    EmbeddedConsumer(ConsumerHost host, ConsumerConfig config) {
        this.host = host;
        this.config = config;
        this.waiter = host.world().scheduler().newWaiter();
        this.wake = waiter::signal;
        this.fetcher = new Fetcher(host, config, wake);
        this.commits = new PositionCommits(host, config, fetcher);
        host.onClose(wake);
    }

    @Override
    public void subscribe(Set<String> topics, RebalanceListener listener) {
        SortedSet<String> names = Collections.unmodifiableSortedSet(new TreeSet<>(topics));
        subscribe(existing -> names, listener);
    }

    @Override
    public void subscribe(Pattern topics, RebalanceListener listener) {
        subscribe(
                existing -> {
                    SortedSet<String> matching = new TreeSet<>();
                    for (String topic : existing) {
                        if (!TopicName.isInternal(topic)
                                && topics.matcher(topic).matches()) {
                            matching.add(topic);
                        }
                    }
                    return matching;
                },
                listener);
    }

    private void subscribe(TopicSelection topics, RebalanceListener listener) {
        checkOpen();
        String groupId = requireGroup();
        GroupMembership present = membership;
        if (present == null) {
            if (!fetcher.assignment().isEmpty()) {
                throw new IllegalStateException("The consumer has partitions by assign: use another one to subscribe");
            }
            GroupMembership.Hooks hooks = new GroupMembership.Hooks(wake, commits::beforeRevocation);
            present = host.join(config, groupId, fetcher, hooks);
            membership = present;
            commits.memberOf(present);
        }
        present.subscribe(topics, listener);
    }

    @Override
    public void assign(Set<TopicPartition> partitions) {
        checkOpen();
        if (membership != null) {
            throw new IllegalStateException("The consumer has subscribed: use another one to assign");
        }
        SortedSet<TopicPartition> dropped = new TreeSet<>(fetcher.assignment());
        dropped.removeAll(partitions);
        commits.beforeRevocation(dropped);
        fetcher.retain(partitions);
        Set<TopicPartition> added = new TreeSet<>(partitions);
        added.removeAll(fetcher.assignment());
        fetcher.addWhenStable(added);
    }

    @Override
    public Set<TopicPartition> assignment() {
        return Set.copyOf(fetcher.assignment());
    }

    @Override
    public List<RecordCursor> poll(Duration maxWait) {
        checkOpen();
        if (maxWait.isNegative()) {
            throw new IllegalArgumentException("A poll waits for 0 or longer, got " + maxWait);
        }
        host.checkOpen();
        commits.beginPoll();
        GroupMembership group = membership;
        if (group == null) {
            return pollFetched(maxWait);
        }
        group.enterPoll();
        try {
            return pollFetched(maxWait);
        } finally {
            group.exitPoll();
        }
    }

    private List<RecordCursor> pollFetched(Duration maxWait) {
        List<RecordCursor> ready = pollOnce();
        if (!ready.isEmpty() || moved) {
            return ready;
        }
        long now = host.world().ticker().nanos();
        long deadline = now + Ticker.nanosOf(maxWait);
        while (ready.isEmpty() && !moved && deadline - now > 0) {
            if (takeWakeup() || Thread.currentThread().isInterrupted()) {
                return ready;
            }
            waiter.await(Math.min(deadline - now, longestSleepNanos(now)));
            host.checkOpen();
            commits.commitIfDue();
            ready = pollOnce();
            long after = host.world().ticker().nanos();
            if (after == now) {
                // Time stands still: the world is simulated, and only what others do between two polls can bring
                // anything.
                break;
            }
            now = after;
        }
        LogException refusal = refusal();
        if (refusal != null && ready.isEmpty() && !moved) {
            throw refusal;
        }
        return ready;
    }

    private long longestSleepNanos(long nowNanos) {
        long sleep = Math.min(commits.nanosUntilDue(nowNanos), host.longestSleepNanos());
        return refusal() == null ? sleep : Math.min(sleep, ENTER_NANOS);
    }

    private @Nullable LogException refusal() {
        return membership == null ? null : membership.refusal();
    }

    private List<RecordCursor> pollOnce() {
        if (membership != null) {
            moved = membership.converge();
        } else {
            fetcher.addStable();
        }
        return fetcher.ready();
    }

    private boolean takeWakeup() {
        if (wakeup) {
            wakeup = false;
            return true;
        }
        return false;
    }

    @Override
    public void wakeup() {
        wakeup = true;
        waiter.signal();
    }

    @Override
    public long position(TopicPartition topicPartition) {
        return fetcher.position(topicPartition);
    }

    @Override
    public void seek(TopicPartition topicPartition, long offset) {
        fetcher.seek(topicPartition, offset);
    }

    @Override
    public void seekToBeginning(Set<TopicPartition> partitions) {
        partitions.forEach(fetcher::seekToBeginning);
    }

    @Override
    public void seekToEnd(Set<TopicPartition> partitions) {
        partitions.forEach(fetcher::seekToEnd);
    }

    @Override
    public void seekToTimestamp(Set<TopicPartition> partitions, long timestamp) {
        partitions.forEach(partition -> fetcher.seekToTimestamp(partition, timestamp));
    }

    @Override
    public void pause(Set<TopicPartition> partitions) {
        partitions.forEach(partition -> fetcher.setPaused(partition, true));
    }

    @Override
    public void resume(Set<TopicPartition> partitions) {
        partitions.forEach(partition -> fetcher.setPaused(partition, false));
    }

    @Override
    public OptionalLong lag(TopicPartition topicPartition) {
        return fetcher.lag(topicPartition);
    }

    @Override
    public Map<TopicPartition, Long> committed(Set<TopicPartition> partitions) {
        SortedMap<TopicPartition, Long> committed = new TreeMap<>(host.committed(requireGroup()));
        committed.keySet().retainAll(partitions);
        return committed;
    }

    @Override
    public void commit(Map<TopicPartition, Long> offsets) {
        checkCommits();
        commits.commit(groupMetadata(), offsets);
    }

    @Override
    public void commit() {
        checkCommits();
        commits.commit(groupMetadata(), fetcher.uncommitted(fetcher.assignment(), false));
    }

    @Override
    public CompletionStage<Void> commitAsync(Map<TopicPartition, Long> offsets) {
        checkCommits();
        return commits.commitAsync(groupMetadata(), offsets);
    }

    @Override
    public CompletionStage<Void> commitAsync() {
        checkCommits();
        return commits.commitAsync(groupMetadata(), fetcher.uncommitted(fetcher.assignment(), false));
    }

    @Override
    public GroupMetadata groupMetadata() {
        String groupId = requireGroup();
        return membership == null ? new GroupMetadata(groupId, "", -1) : membership.metadata();
    }

    @Override
    public void leave() {
        close(GroupMembership::leave);
    }

    @Override
    public void close() {
        close(GroupMembership::stepAway);
    }

    private void close(Consumer<GroupMembership> depart) {
        if (closing) {
            return;
        }
        closing = true;
        GroupMembership group = membership;
        try {
            if (group != null) {
                group.giveUp();
            } else {
                commits.beforeRevocation(new TreeSet<>(fetcher.assignment()));
            }
        } finally {
            closed = true;
            host.removeOnClose(wake);
            fetcher.close();
            if (group != null) {
                depart.accept(group);
            }
        }
    }

    private String requireGroup() {
        return config.groupId()
                .orElseThrow(() ->
                        new IllegalStateException("The consumer has no group: give it one by ConsumerConfig.group"));
    }

    private void checkOpen() {
        check(closing);
    }

    private void checkCommits() {
        check(closed);
    }

    private static void check(boolean isOver) {
        if (isOver) {
            throw new IllegalStateException("The consumer is closed");
        }
    }
}
