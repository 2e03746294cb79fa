package io.millrace.dsl.runtime;

import io.millrace.dsl.AppListener;
import io.millrace.dsl.AppStatus;
import io.millrace.dsl.AppStatus.State;
import io.millrace.dsl.Application;
import io.millrace.dsl.Ingest;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.Queries;
import io.millrace.dsl.StateUsage;
import io.millrace.dsl.metrics.Metrics;
import io.millrace.dsl.query.StoreQueries;
import io.millrace.log.TopicPartition;
import io.millrace.platform.Scheduler;
import io.millrace.platform.Ticker;
import io.millrace.platform.Waiter;
import io.millrace.state.StateException;
import io.millrace.state.StateSnapshot;
import io.millrace.state.StateView;
import io.millrace.state.StoreSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loops of one application, from start to end. Safe for use by several threads. */
final class RunningApplication implements Application, LoopObserver {
    private static final Logger LOG = LoggerFactory.getLogger(RunningApplication.class);
    /** A task loop waits for its input in its poll; this is only between two of them. */
    private static final Duration TASK_IDLE = Duration.ofMillis(1);

    private static final Duration INGEST_IDLE = Duration.ofMillis(5);
    private static final long LONGEST_WAIT_NANOS = Duration.ofMillis(100).toNanos();

    private final ApplicationCore core;
    private final List<TaskLoop> taskLoops = new ArrayList<>();
    private final List<IngestLoop<?>> ingestLoops = new ArrayList<>();
    private final @Nullable GlobalLoop globalLoop;
    private final RunningLoops running;
    private final RunningLoops writers;
    private final List<Waiter> waiting = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final FailureNews failureNews = new FailureNews();
    private final AppNews news = new AppNews();
    private final RestoreMeter restores;
    private final DrainCheck drainCheck;
    private final StorePlaces places;
    private final Queries queries;
    private final Metrics metrics;
    private volatile boolean hasBegun;
    private volatile boolean stopping;
    private volatile boolean closed;

    RunningApplication(ApplicationCore core) {
        this.core = core;
        this.running = new RunningLoops(core);
        this.writers = new RunningLoops(core);
        restores = new RestoreMeter(
                core.settings().world().ticker(), restore -> news.tell(core.name(), restore), this::restoreChanged);
        if (!core.topology().isWithoutInput()) {
            for (int i = 0; i < core.settings().loops(); i++) {
                taskLoops.add(new TaskLoop(core, this, restores.newPart(), i));
            }
        }
        for (Ingest<?> ingest : core.topology().ingests()) {
            ingestLoops.add(new IngestLoop<>(core, this, ingest));
        }
        globalLoop = core.globalTables().all().isEmpty() ? null : new GlobalLoop(core, this, restores.newPart());
        drainCheck = new DrainCheck(core, taskLoops, ingestLoops, this::globalStatus);
        metrics = new AppMetrics(core, taskLoops, ingestLoops, this);
        places = new StorePlaces(core);
        queries = new StoreQueries(core.name(), places.stores(), places, this::viewForQuery);
    }

    void start() {
        Scheduler.Loop writer = writers.start(
                core.identity() + "-state-writer",
                new StateWriter(core.database(), this),
                core.database().idle());
        core.database().onEnough(writer::wake);
        GlobalLoop global = globalLoop;
        if (global != null) {
            running.start(global.id(), global, INGEST_IDLE);
        }
        taskLoops.forEach(loop -> running.start(loop.id(), loop, TASK_IDLE));
        if (RepartitionPurge.isNeeded(core)) {
            running.start(
                    core.identity() + "-purge",
                    new RepartitionPurge(core, this::settledPartitions),
                    core.settings().ownTopics().purgeInterval());
        }
        ingestLoops.forEach(loop -> running.start(loop.id(), loop, INGEST_IDLE));
        if (stopping) {
            stop();
        }
    }

    /** Those that the tasks of this instance read. */
    private Set<TopicPartition> settledPartitions() {
        Set<TopicPartition> partitions = new HashSet<>();
        taskLoops.forEach(loop -> partitions.addAll(loop.status().settled().keySet()));
        return partitions;
    }

    @Override
    public String name() {
        return core.name();
    }

    /** For logs: also which of the instances. */
    String identity() {
        return core.identity();
    }

    @Override
    public String instance() {
        return core.instance();
    }

    // --- what it tells

    @Override
    public AppStatus status() {
        return StatusSummary.of(state(), taskLoops, ingestLoops, globalStatus(), restoring());
    }

    /** How far its stores are brought up. Never waits. */
    AppStatus.Restoring restoring() {
        return restores.progress();
    }

    /** A restore that begins is a state of its own, also while other loops have yet to join. */
    private void restoreChanged() {
        if (restores.isReading()) {
            news.look(this);
        }
        news.lookAtRestoring(this);
    }

    GlobalStatus globalStatus() {
        GlobalLoop global = globalLoop;
        return global == null ? GlobalStatus.NONE : global.status();
    }

    /** Never waits, and allocates nothing: asked after each step of a loop. What is left of {@link State#CREATED} is a move of partitions. */
    State state() {
        State now = presentState();
        if (now != State.CREATED) {
            hasBegun = true;
        }
        return now == State.CREATED && hasBegun ? State.REBALANCING : now;
    }

    private State presentState() {
        if (failure.get() != null) {
            return State.FAILED;
        }
        if (closed) {
            return State.STOPPED;
        }
        if (stopping) {
            return State.STOPPING;
        }
        if (!core.globalTables().isLoaded()) {
            return State.RESTORING;
        }
        boolean isRestoring = restores.isReading();
        boolean isRebalancing = false;
        for (int i = 0; i < taskLoops.size(); i++) {
            LoopStatus status = taskLoops.get(i).present();
            if (!status.opened()) {
                return isRestoring ? State.RESTORING : State.CREATED;
            }
            isRestoring |= status.tasks().restoring() > 0;
            isRebalancing |= status.isMoving() || status.tasks().waiting() > 0;
        }
        for (int i = 0; i < ingestLoops.size(); i++) {
            if (!ingestLoops.get(i).status().opened()) {
                return State.CREATED;
            }
        }
        return isRestoring ? State.RESTORING : isRebalancing ? State.REBALANCING : State.RUNNING;
    }

    @Override
    public Listening listen(AppListener listener) {
        if (listener == null) {
            throw PipelineException.missing("listener");
        }
        return news.add(listener, core.name());
    }

    @Override
    public StateView view(StoreSpec<?> store, int partition) {
        List<String> names =
                core.topology().stores().stream().map(StoreSpec::name).sorted().toList();
        if (!names.contains(store.name())) {
            throw new IllegalArgumentException(
                    "Application '" + core.name() + "' has no store '" + store.name() + "'; it has " + names);
        }
        int partitions = places.count(store.name());
        if (partition < 0 || partition >= partitions) {
            throw new IllegalArgumentException("Store '" + store.name() + "' of application '" + core.name()
                    + "' has no partition " + partition + ": it has " + partitions + ", numbered from 0");
        }
        return core.database().view(partition, store.name());
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public Queries queries() {
        return queries;
    }

    private StateView viewForQuery(StoreSpec<?> store, int partition) {
        if (closed) {
            throw new StateException(
                    StateException.Kind.CLOSED,
                    "Application '" + core.name() + "' is closed: its stores answer no more; ask one that runs");
        }
        try {
            return view(store, partition);
        } catch (StateException e) {
            if (e.kind() != StateException.Kind.NOT_HERE) {
                throw e;
            }
            throw new StateException(
                    StateException.Kind.NOT_HERE, core.told() + " is " + state() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public StateUsage stateUsage() {
        long staged = 0;
        for (TaskLoop loop : taskLoops) {
            staged += loop.status().counters().stagedBytes();
        }
        return new StateUsage(
                core.settings().state().memory(), staged, core.database().memory());
    }

    @Override
    public StateSnapshot snapshot(Path directory) {
        return core.database().snapshot(directory);
    }

    @Override
    public boolean isDrained() {
        return failure.get() == null && !stopping && drainCheck.isDrained();
    }

    @Override
    public boolean awaitDrained(Duration timeout) {
        Waiter waiter = core.settings().world().scheduler().newWaiter();
        long deadline = core.settings().world().ticker().nanos() + Ticker.nanosOf(timeout);
        waiting.add(waiter);
        try {
            while (failure.get() == null && !stopping) {
                if (drainCheck.isDrained()) {
                    return true;
                }
                long left = deadline - core.settings().world().ticker().nanos();
                if (left <= 0) {
                    return false;
                }
                waiter.await(Math.min(left, LONGEST_WAIT_NANOS));
            }
            return false;
        } finally {
            waiting.remove(waiter);
        }
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    // --- what loops tell it

    @Override
    public void published() {
        news.look(this);
    }

    @Override
    public void changed() {
        for (Waiter waiter : waiting) {
            waiter.signal();
        }
    }

    @Override
    public boolean isNews(Throwable failure) {
        return failureNews.isNews(failure, core.settings().world().ticker().nanos());
    }

    @Override
    public void failed(String loop, @Nullable String told, Throwable cause) {
        boolean isFirst = failure.compareAndSet(null, cause);
        stop();
        if (isFirst) {
            LOG.error("Application {} ends because loop {} failed: {}", identity(), loop, told, cause);
        } else {
            LOG.error("Loop {} of application {}, which ends, failed too: {}", loop, identity(), told, cause);
        }
    }

    // --- the end

    @Override
    public void stop() {
        stopping = true;
        running.stop();
        taskLoops.forEach(TaskLoop::wake);
        ingestLoops.forEach(IngestLoop::wake);
        GlobalLoop global = globalLoop;
        if (global != null) {
            global.wake();
        }
        changed();
        news.look(this);
    }

    @Override
    public void close() {
        close(core.settings().patience().closeTimeout());
    }

    @Override
    public void close(Duration timeout) {
        if (timeout == null) {
            throw PipelineException.missing("timeout");
        }
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("An application is given zero or more to close, got " + timeout);
        }
        requireOutside();
        closeOnce(timeout);
    }

    /** What would wait for itself is told so before it waits for anything, also for another close. */
    private void requireOutside() {
        if (closed) {
            return;
        }
        boolean isListener = news.isCalledByListener();
        if (isListener || running.isCalledByLoop()) {
            throw new IllegalStateException(
                    "Application '" + identity() + "' cannot be closed by "
                            + (isListener ? "its own listener" : "code of its own pipeline")
                            + ", whose thread close() waits for: call stop() there, which waits for nothing, or close() in another thread");
        }
    }

    private synchronized void closeOnce(Duration timeout) {
        if (closed) {
            return;
        }
        try {
            stop();
        } finally {
            end(timeout);
        }
    }

    /** Whatever fails in it, and in those who are told of it, everything is released. */
    private void end(Duration timeout) {
        running.awaitEnd(timeout);
        // The others write to it until they have ended.
        writers.stop();
        writers.awaitEnd(timeout);
        closed = true;
        try {
            news.look(this);
        } finally {
            try {
                core.guard().close();
            } finally {
                core.database().close();
            }
        }
    }
}
