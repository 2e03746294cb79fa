package io.millrace.kafka;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.RebalanceListener;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.platform.Ticker;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** The consumer of one cluster, over one client of Kafka's. Owned by one thread, which {@code GuardedConsumer} sees to, but for {@link #wakeup}. */
final class KafkaLogConsumer implements LogConsumer {
    /**
     * How long the client is left to itself. Without a group it does not ask again within one poll when a fetch came to nothing, as where the leader of a
     * partition was not one yet, and would wait on for what it has not asked for.
     */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(200);

    private final KafkaLog log;
    private final ConsumerConfig config;
    private final Consumer<BytesView, BytesView> client;
    private final Cursors cursors;
    private final StartPositions positions;
    private final ConsumerCommits commits;
    private final GroupEvents events;
    private final Runnable wake = this::wakeClient;

    private volatile boolean wakeup;
    private volatile boolean isPolling;
    private boolean subscribed;
    /** A static member that has not seen its group in order yet. */
    private boolean isReturning;

    /** Set once another consumer has this one's instance id: nothing else can happen to it any more. */
    private @Nullable LogException replaced;

    /** No more polls; commits go on until {@link #closed}, for who is told of the end. */
    private boolean closing;

    private boolean closed;

    KafkaLogConsumer(KafkaLog log, ConsumerConfig config, Consumer<BytesView, BytesView> client) {
        this.log = log;
        this.config = config;
        this.client = client;
        cursors = new Cursors(client, config.limits().pollRecords());
        positions = new StartPositions(client, config, log.offsets(), cursors);
        commits = new ConsumerCommits(client, config, log.calls(), log.topics(), cursors);
        events = new GroupEvents(client, cursors, positions, commits);
        isReturning = config.instanceId().isPresent();
        log.onClose(wake);
    }

    // --- what is read

    @Override
    public void subscribe(Set<String> topics, RebalanceListener listener) {
        subscribe(listener);
        client.subscribe(Set.copyOf(topics), events);
    }

    @Override
    public void subscribe(Pattern topics, RebalanceListener listener) {
        subscribe(listener);
        // Names that begin with two underscores are the cluster's, whether the client knows them as internal or not.
        client.subscribe(Pattern.compile("(?!__)(?:" + topics.pattern() + ")", topics.flags()), events);
    }

    private void subscribe(RebalanceListener listener) {
        checkOpen();
        if (requireGroup().isBlank()) {
            throw new LogException(Disposition.STOP, "A group id is not empty: give the group a name");
        }
        if (!subscribed && !cursors.all().isEmpty()) {
            throw new IllegalStateException("The consumer has partitions by assign: use another one to subscribe");
        }
        subscribed = true;
        events.tell(listener);
    }

    @Override
    public void assign(Set<TopicPartition> partitions) {
        checkOpen();
        if (subscribed) {
            throw new IllegalStateException("The consumer has subscribed: use another one to assign");
        }
        SortedSet<TopicPartition> dropped = cursors.partitions();
        dropped.removeAll(partitions);
        commits.beforeRevocation(dropped, false);
        partitions.forEach(log.topics()::require);
        client.assign(Names.theirs(partitions));
        cursors.retain(partitions);
        cursors.add(partitions);
    }

    @Override
    public Set<TopicPartition> assignment() {
        return Set.copyOf(cursors.partitions());
    }

    // --- polling

    @Override
    public List<RecordCursor> poll(Duration maxWait) {
        checkOpen();
        if (maxWait.isNegative()) {
            throw new IllegalArgumentException("A poll waits for 0 or longer, got " + maxWait);
        }
        log.calls().checkOpen();
        throwIfReplaced();
        commits.beginPoll(subscribed);
        Ticker ticker = log.calls().ticker();
        long begin = ticker.nanos();
        long patience = Ticker.nanosOf(maxWait);
        boolean moved = false;
        while (true) {
            positions.place();
            long left = cursors.haveRecords() || moved ? 0 : Math.max(0, patience - (ticker.nanos() - begin));
            pollClient(Math.min(Math.min(left, LONGEST_WAIT.toNanos()), commits.nanosUntilDue(ticker.nanos())));
            log.calls().checkOpen();
            lookForOrphans();
            moved = events.takeMoved();
            boolean isOver = moved || left == 0 || cursors.haveRecords() || ticker.nanos() - begin >= patience;
            if (isOver || takeWakeup() || Thread.currentThread().isInterrupted()) {
                return cursors.ready();
            }
            commits.commitIfDue(subscribed);
        }
    }

    private void pollClient(long nanos) {
        if (!subscribed && cursors.all().isEmpty()) {
            // Kafka's client refuses to be polled for nothing.
            log.calls().newWaiter().await(Math.min(nanos, Duration.ofMillis(100).toNanos()));
            return;
        }
        isPolling = true;
        try {
            cursors.steerClient();
            boolean isAwaited = !wakeup && !log.calls().isClosed();
            cursors.take(client.poll(Duration.ofNanos(isAwaited ? nanos : 0)));
        } catch (WakeupException e) {
            // Whoever called says why: wakeup(), or the end of the log.
            Thread.onSpinWait();
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (NoOffsetForPartitionException e) {
            Names.ours(e.partitions())
                    .forEach(partition -> cursors.require(partition).displaced());
        } catch (OffsetOutOfRangeException e) {
            Map.Entry<org.apache.kafka.common.TopicPartition, Long> first =
                    e.offsetOutOfRangePartitions().entrySet().iterator().next();
            throw positions.outOfRange(Names.ours(first.getKey()), first.getValue());
        } catch (FencedInstanceIdException e) {
            becomeReplaced(e);
            throwIfReplaced();
        } catch (RuntimeException e) {
            throw KafkaErrors.translate("Nothing could be read", e);
        } finally {
            isPolling = false;
        }
    }

    /**
     * Asks for another rebalance if nobody has some partition of what this static member subscribes to. In the classic protocol a partition moves in two
     * rebalances, and who gave it up asks for the second. If that one is started anew in between, the group takes it back as if nothing had happened,
     * and nobody would ask.
     */
    private void lookForOrphans() {
        if (isReturning && client.groupMetadata().generationId() >= 0 && replaced == null) {
            Optional<Boolean> orphans = log.groups().hasOrphans(requireGroup(), client.subscription(), log.topics());
            isReturning = orphans.isEmpty();
            if (orphans.orElse(false)) {
                client.enforceRebalance("a partition was given up and nobody has it");
            }
        }
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
        wakeClient();
    }

    private void wakeClient() {
        if (isPolling) {
            client.wakeup();
        }
    }

    private void becomeReplaced(@Nullable Throwable cause) {
        if (replaced == null) {
            replaced = new LogException(
                    Disposition.RESTART_TASK,
                    "In group " + requireGroup() + ", another consumer came with the instance id "
                            + config.instanceId().orElse("")
                            + " and has the place of this one. Close this one; if both are to work, give each an instance id of its"
                            + " own",
                    cause);
            SortedSet<TopicPartition> gone = cursors.partitions();
            if (!gone.isEmpty()) {
                events.lose(gone);
            }
        }
    }

    private void throwIfReplaced() {
        LogException why = replaced;
        if (why != null) {
            throw new LogException(why.disposition(), String.valueOf(why.getMessage()), why);
        }
    }

    // --- positions

    @Override
    public long position(TopicPartition topicPartition) {
        return placed(topicPartition).position();
    }

    private KafkaCursor placed(TopicPartition topicPartition) {
        KafkaCursor cursor = cursors.require(topicPartition);
        if (!cursor.isPlaced()) {
            positions.place();
        }
        return cursor;
    }

    @Override
    public void seek(TopicPartition topicPartition, long offset) {
        seek(topicPartition, offset, false);
    }

    private void seek(TopicPartition topicPartition, long offset, boolean isKnownToExist) {
        KafkaCursor cursor = cursors.require(topicPartition);
        client.seek(cursor.theirs(), offset);
        cursor.place(offset, isKnownToExist);
    }

    @Override
    public void seekToBeginning(Set<TopicPartition> partitions) {
        log.offsets().starts(partitions).forEach((partition, start) -> seek(partition, start, true));
    }

    @Override
    public void seekToEnd(Set<TopicPartition> partitions) {
        log.offsets().ends(partitions, config.isolation()).forEach((partition, end) -> seek(partition, end, true));
    }

    @Override
    public void seekToTimestamp(Set<TopicPartition> partitions, long timestamp) {
        // The ends are read first: what is written meanwhile may be younger than the timestamp.
        Map<TopicPartition, Long> ends = log.offsets().ends(partitions, config.isolation());
        ends.forEach((partition, end) -> seek(
                partition,
                log.offsets().atTime(partition, timestamp, config.isolation()).orElse(end),
                true));
    }

    @Override
    public void pause(Set<TopicPartition> partitions) {
        partitions.forEach(partition -> cursors.require(partition).pause(true));
    }

    @Override
    public void resume(Set<TopicPartition> partitions) {
        partitions.forEach(partition -> cursors.require(partition).pause(false));
    }

    @Override
    public OptionalLong lag(TopicPartition topicPartition) {
        if (!cursors.has(topicPartition)) {
            return OptionalLong.empty();
        }
        KafkaCursor cursor = placed(topicPartition);
        // The client knows the end of its last fetch, counted from where it fetches on.
        OptionalLong behindFetch = client.currentLag(cursor.theirs());
        long end = behindFetch.isPresent()
                ? cursor.fetchPosition() + behindFetch.getAsLong()
                : log.offsets().end(topicPartition, config.isolation());
        return OptionalLong.of(Math.max(0, end - cursor.position()));
    }

    // --- commits

    @Override
    public Map<TopicPartition, Long> committed(Set<TopicPartition> partitions) {
        checkCommits();
        requireGroup();
        Map<TopicPartition, Long> committed = new HashMap<>(log.admin().committedOffsets(requireGroup()));
        committed.keySet().retainAll(partitions);
        return committed;
    }

    @Override
    public void commit(Map<TopicPartition, Long> offsets) {
        checkCommits();
        requireGroup();
        throwIfReplaced();
        try {
            commits.commit(offsets, subscribed);
        } catch (LogException e) {
            if (e.getCause() instanceof FencedInstanceIdException) {
                becomeReplaced(e);
            }
            throw e;
        }
    }

    @Override
    public void commit() {
        checkCommits();
        requireGroup();
        throwIfReplaced();
        commit(cursors.uncommitted(cursors.partitions(), false));
    }

    /** The client completes its own asynchronous commits only within a later call, which whoever waits for this one may never make. */
    @Override
    public CompletionStage<Void> commitAsync(Map<TopicPartition, Long> offsets) {
        try {
            commit(offsets);
            return CompletableFuture.completedFuture(null);
        } catch (LogException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<Void> commitAsync() {
        checkCommits();
        return commitAsync(cursors.uncommitted(cursors.partitions(), false));
    }

    @Override
    public GroupMetadata groupMetadata() {
        checkCommits();
        String groupId = requireGroup();
        ConsumerGroupMetadata metadata = client.groupMetadata();
        return subscribed && metadata.generationId() >= 0
                ? new GroupMetadata(groupId, metadata.memberId(), metadata.generationId())
                : new GroupMetadata(groupId, "", -1);
    }

    // --- the end

    @Override
    public void leave() {
        close(GroupMembershipOperation.LEAVE_GROUP);
    }

    @Override
    public void close() {
        close(
                config.instanceId().isPresent()
                        ? GroupMembershipOperation.REMAIN_IN_GROUP
                        : GroupMembershipOperation.LEAVE_GROUP);
    }

    private void close(GroupMembershipOperation departure) {
        if (closing) {
            return;
        }
        closing = true;
        try {
            giveUp();
        } finally {
            closed = true;
            log.removeOnClose(wake);
            events.mute();
            CloseOptions options = CloseOptions.timeout(log.calls().timeout());
            Waking.awake(() -> client.close(options.withGroupMembershipOperation(departure)));
            cursors.remove(cursors.partitions());
        }
    }

    private void giveUp() {
        SortedSet<TopicPartition> gone = cursors.partitions();
        if (gone.isEmpty()) {
            return;
        }
        if (!subscribed) {
            commits.beforeRevocation(gone, false);
        } else if (isMember()) {
            events.revoke(gone);
        } else {
            events.lose(gone);
        }
    }

    /** The client would learn it from its next heartbeat at the earliest; whoever is told at the end is to be told what is so. */
    private boolean isMember() {
        return log.calls().isClosed()
                || log.groups().hasMember(requireGroup(), client.groupMetadata().memberId());
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
