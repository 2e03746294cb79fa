package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.runtime.LoopFailures.Recovery;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.RebalanceListener;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.platform.LoopStep;
import io.millrace.platform.StorageException;
import io.millrace.platform.Ticker;
import io.millrace.state.StateException;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the loops that share an application's partitions: reads, runs the records through their tasks, commits. Owned by its thread, but
 * for {@link #status} and {@link #wake}.
 */
final class TaskLoop implements LoopStep, UserLoop, RebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(TaskLoop.class);
    private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long RESTORE_WAIT_NANOS = Duration.ofMillis(5).toNanos();

    private final ApplicationCore core;
    private final AppSettings settings;
    private final LoopObserver observer;
    private final String id;
    private final LoopTransaction transaction;
    private final RestoreMeter.Part restores;
    private final Whereabouts whereabouts = new Whereabouts();
    private final TaskTable tasks;
    private final CommitCycle commitCycle;
    private final LoopFailures failures;
    /** This loop's share of what all may stage: then a transaction ends early. */
    private final long stagedLimitBytes;

    private final BooleanSupplier isEnough = this::isEnough;
    private final LoopMeter meter;
    private @Nullable RuntimeException rebalanceFailure;
    private boolean eventful;
    private boolean failed;
    private boolean died;
    private long stepNanos;
    private volatile long polledNanos;
    private volatile boolean hasEnded;
    private volatile @Nullable LogConsumer consumer;
    private volatile LoopStatus status = LoopStatus.INITIAL;

    TaskLoop(ApplicationCore core, LoopObserver observer, RestoreMeter.Part restores, int index) {
        this.core = core;
        this.settings = core.settings();
        this.observer = observer;
        this.id = core.identity() + "-" + index;
        this.transaction = new LoopTransaction(settings.commits());
        this.meter = new LoopMeter(transaction);
        this.restores = restores;
        restores.settled(false);
        this.tasks = new TaskTable(core, transaction, restores, whereabouts, this::wakeConsumer);
        this.commitCycle = new CommitCycle(transaction, tasks);
        this.stagedLimitBytes = core.database().stagedLimitBytes() / settings.loops();
        this.failures = new LoopFailures("Loop '" + id + "'", observer, settings);
    }

    String id() {
        return id;
    }

    LoopStatus status() {
        return status;
    }

    /**
     * The same without the partitions that others have meanwhile: a loop whose code does not return cannot know that its group has expelled it, and what it
     * published last would be counted a second time. From any thread.
     */
    LoopStatus present() {
        LoopStatus last = status;
        return isExpelled() ? last.expelled() : last;
    }

    /** Judged as the group does, by how long it is away. */
    private boolean isExpelled() {
        return consumer != null
                && !hasEnded
                && nanosSincePoll() >= Ticker.nanosOf(settings.patience().maxPollInterval());
    }

    @Override
    public Whereabouts whereabouts() {
        return whereabouts;
    }

    /** For how long it has been away from the log. From any thread. */
    long nanosSincePoll() {
        return settings.world().ticker().nanos() - polledNanos;
    }

    /** Ends a wait for input or for the next try. From any thread. */
    void wake() {
        failures.wake();
        wakeConsumer();
    }

    private void wakeConsumer() {
        LogConsumer present = consumer;
        if (present != null) {
            present.wakeup();
        }
    }

    @Override
    public boolean tellsOfFailures() {
        return true;
    }

    @Override
    public int runOnce(long nowNanos) {
        stepNanos = nowNanos;
        LogContext.enter(core.name(), id);
        try {
            return step();
        } catch (Throwable e) {
            failed = true;
            hasEnded = true;
            died = e instanceof Error;
            status = meter.counted(status);
            observer.failed(id, told(e), e);
            throw e;
        } finally {
            whereabouts.leave();
            LogContext.leave();
        }
    }

    private int step() {
        if (!transaction.isOpen() && !core.globalTables().isLoaded()) {
            // Not a member yet, at the start: others may have the partitions meanwhile.
            return 0;
        }
        try {
            return failures.recovery() == Recovery.NONE ? work(consumer()) : recover();
        } catch (RuntimeException e) {
            if (whereabouts.isCutOff()) {
                LOG.info("Loop {} was interrupted in {}: {}", id, whereabouts.told(), e.toString());
                return 0;
            }
            status = meter.counted(status);
            failures.failed(tasks.hasLostTopic() ? goneBelow(e) : awayFrom(e), stepNanos);
            return 1;
        }
    }

    /** For logs: of a failure that does not say so itself, where it was. */
    private String told(Throwable e) {
        return e instanceof Error ? e + ", in " + whereabouts.told() : String.valueOf(e.getMessage());
    }

    /** Who was away for too long has lost its membership, and so what it did: it is said which code took the time. */
    private RuntimeException awayFrom(RuntimeException e) {
        Duration limit = settings.patience().maxPollInterval();
        long away = nanosSincePoll();
        return failures.recovery() == Recovery.NONE
                        && e instanceof LogException error
                        && error.disposition() != Disposition.STOP
                        && away > Ticker.nanosOf(limit)
                ? new LogException(
                        Disposition.RESTART_TASK,
                        "Loop '" + id + "' was away for "
                                + Duration.ofNanos(away).truncatedTo(ChronoUnit.MILLIS)
                                + ", lastly in " + whereabouts.told()
                                + ", so that it lost its partitions and what it did since its last"
                                + " commit: a record may take " + limit
                                + ". Make it faster, or say AppSettings.withMaxPollInterval; " + error.getMessage(),
                        error)
                : e;
    }

    /** A topic that matches a pattern may be deleted at any moment: the other ones go on, from what is committed. */
    private static RuntimeException goneBelow(RuntimeException e) {
        return e instanceof LogException error && error.disposition() == Disposition.STOP
                ? new LogException(
                        Disposition.RESTART_TASK, "A topic was deleted while it was read: " + error.getMessage(), error)
                : e;
    }

    // --- work

    private int work(LogConsumer consumer) {
        List<RecordCursor> cursors = consumer.poll(patience(consumer));
        polledNanos = settings.world().ticker().nanos();
        RuntimeException failure = rebalanceFailure;
        if (failure != null) {
            rebalanceFailure = null;
            throw failure;
        }
        long nowNanos = settings.world().ticker().nanos();
        int done = tasks.prepare(consumer);
        // Before any code of the user, which may never return: what it was given is known now.
        restores.settled(true);
        done += tasks.goOnWithCalls(this::begin);
        boolean isAnyHeld = tasks.isAnyHeld();
        int processed = isWaitingForCalls() ? 0 : process(cursors, consumer, nowNanos);
        if (whereabouts.isCutOff()) {
            return 0;
        }
        if (tasks.isAnyWaiting()) {
            done++;
        }
        if (!isWaitingForCalls()) {
            done += tasks.passTime(nowNanos, consumer, this::begin);
        }
        boolean isWaited = tasks.callsInTransaction() > 0;
        if (transaction.isOpen() && !isWaited && ((processed == 0 && !isAnyHeld) || isCommitDue())) {
            commit(consumer);
            done++;
        }
        tasks.hold(isWaitingForCalls(), consumer);
        transaction.keepAlive();
        publish(consumer);
        eventful = done + processed > 0;
        return done + processed;
    }

    /** True if it is time to commit and calls are under way: then nothing new is begun, so that they come to an end. */
    private boolean isWaitingForCalls() {
        return transaction.isOpen() && tasks.callsInTransaction() > 0 && isCommitDue();
    }

    /** How long a poll may wait: not at all with something in hand, else until something is due. */
    private Duration patience(LogConsumer consumer) {
        long longest = tasks.rest(stepNanos, LONGEST_WAIT_NANOS, consumer);
        boolean hasCalls = tasks.pendingCalls() > 0;
        if (!hasCalls && (transaction.isOpen() || eventful)) {
            // After the last record comes one more look, which moves the positions past markers: only then is all
            // settled.
            return Duration.ZERO;
        }
        longest = Math.min(longest, tasks.nanosUntilDue(stepNanos));
        if (hasCalls) {
            longest = Math.min(longest, tasks.nanosUntilCallsAreDue(stepNanos));
            longest = !transaction.isOpen() || isCommitDue()
                    ? longest
                    : Math.min(longest, transaction.nanosUntilDue(stepNanos));
        }
        return Duration.ofNanos(tasks.restoring() > 0 ? Math.min(longest, RESTORE_WAIT_NANOS) : longest);
    }

    private int process(List<RecordCursor> cursors, LogConsumer consumer, long nowNanos) {
        long before = transaction.takenSinceStart();
        for (StreamTask task : tasks.ready(cursors, consumer)) {
            begin();
            if (transaction.isFull()) {
                break;
            }
            LogContext.enterTask(task.name());
            task.reading().process(nowNanos, consumer, isEnough);
            if (isEnough()) {
                break;
            }
        }
        LogContext.leaveTask();
        return Math.toIntExact(transaction.takenSinceStart() - before);
    }

    /** Opens a transaction if none is. */
    private void begin() {
        if (!transaction.isOpen()) {
            // Published first: whoever then sees an old status knows that nothing was processed after it.
            status = meter.busy(status);
            // From now on: the step's time is from before it waited for records.
            transaction.begin(settings.world().ticker().nanos()
                    + Ticker.nanosOf(settings.commits().interval()));
        }
    }

    /** Also, that it is time for a poll, though the transaction may take more. */
    private boolean isEnough() {
        return whereabouts.isEnding()
                || isCommitDue()
                || nanosSincePoll() >= Ticker.nanosOf(settings.patience().maxPollInterval()) / 2;
    }

    private boolean isCommitDue() {
        return transaction.isFull()
                || transaction.isDue(settings.world().ticker().nanos())
                || tasks.stagedBytes() >= stagedLimitBytes
                || tasks.wantsCommit();
    }

    private void commit(LogConsumer consumer) {
        if (whereabouts.isCutOff()) {
            throw new LogException(
                    Disposition.ABORT_TRANSACTION, "Loop '" + id + "' was interrupted, and commits nothing of it");
        }
        long beganNanos = settings.world().ticker().nanos();
        meter.pending(tasks);
        commitCycle.run(consumer);
        long nowNanos = settings.world().ticker().nanos();
        meter.committed(settings.world().clock().millis(), nowNanos - beganNanos, nowNanos);
        failures.succeeded();
    }

    private void publish(LogConsumer consumer) {
        LoopStatus next = meter.measure(tasks, consumer, transaction.isOpen() || tasks.pendingCalls() > 0, status);
        status = next;
        observer.published();
        if (!next.busy()) {
            observer.changed();
        }
    }

    // --- when something went wrong

    private int recover() {
        if (!failures.awaitRetry(stepNanos)) {
            return 0;
        }
        if (failures.recovery() == Recovery.ROLL_BACK) {
            meter.aborted();
            if (transaction.abort()) {
                tasks.rollBack(consumer());
                failures.recoverBy(Recovery.NONE);
                return 1;
            }
            failures.recoverBy(Recovery.START_ANEW);
        }
        startAnew();
        return 1;
    }

    private void startAnew() {
        // Not left: the next incarnation is to find its partitions where they were.
        closeAll(LogConsumer::close);
        moved(meter.moving(status));
        rebalanceFailure = null;
        core.guard().check();
        // First the producer: it fences a predecessor, whose open transaction would hold up what follows.
        transaction.use(core.log().transactionalProducer(TransactionalProducerConfig.of(id)));
        polledNanos = settings.world().ticker().nanos();
        LogConsumer next = newConsumer();
        consumer = next;
        subscribe(next, this);
        failures.recoverBy(Recovery.NONE);
    }

    private LogConsumer newConsumer() {
        return core.log()
                .consumer(ConsumerConfig.group(core.name())
                        .withInstanceId(id)
                        .withMaxPollInterval(settings.patience().maxPollInterval()));
    }

    private void subscribe(LogConsumer member, RebalanceListener listener) {
        if (core.topology().patterns().isEmpty()) {
            member.subscribe(core.topology().inputTopics(), listener);
        } else {
            member.subscribe(core.topology().inputNames(), listener);
        }
    }

    @Override
    public void fence() {
        core.log().transactionalProducer(TransactionalProducerConfig.of(id)).close();
        LogConsumer successor = newConsumer();
        try {
            subscribe(successor, RebalanceListener.NONE);
            successor.poll(Duration.ZERO);
        } finally {
            successor.leave();
        }
    }

    private LogConsumer consumer() {
        LogConsumer present = consumer;
        if (present == null) {
            throw new IllegalStateException("Loop '" + id + "' has no consumer");
        }
        return present;
    }

    // --- partitions move

    @Override
    public void onAssigned(Set<TopicPartition> partitions) {
        LOG.info("Loop {} takes over {}", id, partitions);
        tasks.add(partitions, consumer());
    }

    @Override
    public void onRevoked(Set<TopicPartition> partitions) {
        LOG.info("Loop {} gives up {}", id, partitions);
        try {
            if (transaction.isOpen()) {
                requireNoCalls();
                commit(consumer());
            }
        } catch (LogException | StateException | StorageException e) {
            rebalanceFailure = e;
        } finally {
            giveUp(partitions);
        }
    }

    /** Whoever has the partitions next makes the calls again. */
    private void requireNoCalls() {
        if (tasks.callsInTransaction() > 0) {
            throw new LogException(
                    Disposition.ABORT_TRANSACTION,
                    "Partitions go to another loop while calls of mapAsync are under way: their records are processed again");
        }
    }

    private void giveUp(Set<TopicPartition> partitions) {
        LogConsumer present = consumer;
        if (present != null) {
            // Without one the loop comes to its end, and has closed its tasks.
            tasks.remove(partitions, present);
        }
        moved(meter.without(partitions, status));
    }

    private void moved(LoopStatus now) {
        status = now;
        restores.settled(false);
        observer.published();
    }

    @Override
    public void onLost(Set<TopicPartition> partitions) {
        giveUp(partitions);
        rebalanceFailure = new LogException(
                Disposition.RESTART_TASK, "Loop '" + id + "' lost " + partitions + " to other members of its group");
    }

    // --- the end

    @Override
    public void onStop() {
        LogContext.enter(core.name(), id);
        try {
            end();
        } finally {
            LogContext.leave();
        }
    }

    private void end() {
        if (died) {
            // Memory, code or the machine can no longer be trusted: the log will tell the next start what is true.
            return;
        }
        LogConsumer present = consumer;
        if (!failed
                && !whereabouts.isCutOff()
                && failures.recovery() == Recovery.NONE
                && present != null
                && transaction.isOpen()) {
            try {
                requireNoCalls();
                commit(present);
            } catch (LogException | StateException | StorageException e) {
                LOG.warn("Loop {} could not commit at its end; the next start processes the same again", id, e);
            }
        }
        OptionalLong lag = present == null ? status.counters().lag() : lagAtEnd(present);
        closeAll(LogConsumer::leave);
        status = meter.stopped(status, lag);
        restores.settled(true);
        observer.changed();
    }

    /** Of what is committed: a loop that failed has read more. What was known last, where the log does not tell any more. */
    private OptionalLong lagAtEnd(LogConsumer present) {
        try {
            return CommittedLag.of(present, core.log().admin(), status.settled());
        } catch (LogException | StorageException e) {
            LOG.debug("Loop {} cannot say how much it leaves unread: {}", id, e.toString());
            return status.counters().lag();
        }
    }

    private void closeAll(Consumer<LogConsumer> depart) {
        LogConsumer present = consumer;
        consumer = null;
        closeQuietly("tasks", tasks::removeAll);
        closeQuietly("producer", transaction::close);
        if (present != null) {
            closeQuietly("consumer", () -> depart.accept(present));
        }
    }

    private void closeQuietly(String what, Runnable close) {
        try {
            close.run();
        } catch (LogException | StateException | StorageException e) {
            LOG.info("Loop {}: closing its {} failed: {}", id, what, e.toString());
        }
    }
}
