package io.millrace.dsl.runtime;

import io.millrace.dsl.Ingest;
import io.millrace.dsl.runtime.LoopFailures.Recovery;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.platform.LoopStep;
import io.millrace.platform.StorageException;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds one source into the log, exactly once (R4), while it is this instance's turn (R10): its position is a record of the same transaction as what it
 * caused. Owned by its thread, but for {@link #status}, {@link #isDone} and {@link #wake}.
 */
final class IngestLoop<T> implements LoopStep, UserLoop {
    private static final Logger LOG = LoggerFactory.getLogger(IngestLoop.class);
    /** With nothing to do but to see whose turn it is. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private enum Phase {
        /** No producer. */
        WAITING,
        /** Reading where to go on. */
        LOCATING,
        FEEDING,
        FINISHED
    }

    private final ApplicationCore core;
    private final LoopObserver observer;
    private final Ingest<T> ingest;
    private final String id;
    private final TopicPartition positions;
    private final BytesView name;
    private final LoopFailures failures;
    private final SourceTurn turn;
    private final LoopTransaction transaction;
    private final BytesWriter positionWriter = new BytesWriter(Long.BYTES);
    private final BytesView positionView = new BytesView();
    private final Whereabouts whereabouts = new Whereabouts();
    private Phase phase = Phase.WAITING;
    private @Nullable SourceFeed<T> feed;
    private @Nullable IngestPosition location;
    private long committedPosition;
    private String place = "a source";
    private boolean failed;
    private boolean died;
    private volatile IngestLoopStatus status = IngestLoopStatus.INITIAL;

    IngestLoop(ApplicationCore core, LoopObserver observer, Ingest<T> ingest) {
        this.core = core;
        this.observer = observer;
        this.ingest = ingest;
        String position = core.topology().positionOf(ingest);
        this.id = transactionalId(core.name(), position);
        this.positions = new TopicPartition(core.topology().positionsTopic(), 0);
        this.name = BytesView.ofUtf8(position);
        this.failures = new LoopFailures("Source '" + ingest.name() + "'", observer, core.settings());
        this.transaction = new LoopTransaction(core.settings().commits());
        this.turn = new SourceTurn(core, position, this::endTurn, this::giveUp);
    }

    /** One for all instances: whoever has the turn fences who had it before. No application and no instance has an @ in its name (R9). */
    static String transactionalId(String application, String source) {
        return application + "@@ingest-" + source;
    }

    /** What the scheduler calls it: several instances may run in one process. */
    String id() {
        return core.identity() + "-ingest-" + ingest.name();
    }

    String ingestName() {
        return ingest.name();
    }

    IngestLoopStatus status() {
        return status;
    }

    /** True if the source is finished, or another instance has it, whose affair it is. From any thread. */
    boolean isDone() {
        IngestLoopStatus now = status;
        return now.finished() || (now.elsewhere() && turn.isElsewhere());
    }

    /** Ends a wait for the turn or for the next try. From any thread. */
    void wake() {
        failures.wake();
        turn.wake();
    }

    @Override
    public Whereabouts whereabouts() {
        return whereabouts;
    }

    @Override
    public void fence() {
        core.log().transactionalProducer(TransactionalProducerConfig.of(id)).close();
        turn.fence();
    }

    @Override
    public boolean tellsOfFailures() {
        return true;
    }

    @Override
    public int runOnce(long nowNanos) {
        LogContext.enter(core.name(), id);
        try {
            return step(nowNanos);
        } catch (Throwable e) {
            failed = true;
            died = e instanceof Error;
            observer.failed(
                    id, e instanceof Error ? e + ", in " + whereabouts.told() : String.valueOf(e.getMessage()), e);
            throw e;
        } finally {
            LogContext.leave();
        }
    }

    private int step(long nowNanos) {
        try {
            return failures.recovery() == Recovery.NONE ? work(nowNanos) : recover(nowNanos);
        } catch (RuntimeException e) {
            if (whereabouts.isCutOff()) {
                LOG.info("Source {} was interrupted: {}", ingest.name(), e.toString());
                return 0;
            }
            failures.failed(e, nowNanos);
            return 1;
        } finally {
            whereabouts.leave();
        }
    }

    // --- the way to work

    private int work(long nowNanos) {
        boolean isIdle = phase == Phase.WAITING || phase == Phase.FINISHED;
        if (!turn.look(isIdle ? LONGEST_WAIT : Duration.ZERO)) {
            boolean isElsewhere = turn.isElsewhere();
            if (isElsewhere != status.elsewhere()) {
                publish(status.counters(), isElsewhere);
            }
            return 0;
        }
        return switch (phase) {
            case WAITING -> open();
            case LOCATING -> locate();
            case FEEDING -> failures.awaitRest(nowNanos) ? feed() : 0;
            case FINISHED -> 0;
        };
    }

    private int open() {
        core.guard().check();
        // First the producer: it fences the predecessor, so that what is read next is the last it could commit.
        transaction.use(core.log().transactionalProducer(TransactionalProducerConfig.of(id)));
        location = new IngestPosition(core.log(), positions, name);
        phase = Phase.LOCATING;
        return 1;
    }

    private String placeBehind(long position) {
        return "source '" + ingest.name() + "', behind position " + position + ", which is committed";
    }

    private int locate() {
        IngestPosition reading = location;
        if (reading == null) {
            throw new IllegalStateException("Ingest '" + id + "' has nothing to read its position from");
        }
        if (!reading.step()) {
            return 0;
        }
        committedPosition = reading.found();
        reading.close();
        location = null;
        SourceFeed<T> opened = new SourceFeed<>(core, ingest, transaction, whereabouts, failures::rest);
        feed = opened;
        place = placeBehind(committedPosition);
        whereabouts.enter(place);
        opened.seek(committedPosition);
        whereabouts.leave();
        phase = Phase.FEEDING;
        publish(status.counters(), false);
        LOG.info("Source {} goes on at position {}", ingest.name(), committedPosition);
        return 1;
    }

    // --- work

    private int feed() {
        SourceFeed<T> open = openFeed();
        whereabouts.enter(place);
        int done = open.step();
        whereabouts.leave();
        if (whereabouts.isCutOff()) {
            return 0;
        }
        if (transaction.isOpen() && open.isCommitDue()) {
            commit(open);
            return done + 1;
        }
        transaction.keepAlive();
        if (open.isDry() && open.isFinished()) {
            phase = Phase.FINISHED;
            publish(status.counters(), false);
            LOG.info("Source {} is finished at position {}", ingest.name(), committedPosition);
            return 1;
        }
        return done;
    }

    private SourceFeed<T> openFeed() {
        SourceFeed<T> present = feed;
        if (present == null) {
            throw new IllegalStateException("Ingest '" + id + "' has no source");
        }
        return present;
    }

    private void commit(SourceFeed<T> open) {
        long position = open.position();
        positionWriter.clear().putLong(position);
        transaction.send(
                positions,
                core.settings().world().clock().millis(),
                name,
                positionWriter.viewInto(positionView),
                List.of());
        transaction.commit();
        committedPosition = position;
        place = placeBehind(position);
        failures.succeeded();
        IngestLoopStatus.Counters counters = status.counters().committed(open.sent(), open.committed());
        status = new IngestLoopStatus(true, false, position, open.size(), false, counters);
    }

    private void publish(IngestLoopStatus.Counters counters, boolean isElsewhere) {
        SourceFeed<T> present = feed;
        status = new IngestLoopStatus(
                status.opened() || present != null || isElsewhere,
                isElsewhere,
                committedPosition,
                present == null ? -1 : present.size(),
                phase == Phase.FINISHED,
                counters);
        observer.published();
        observer.changed();
    }

    // --- when something went wrong

    private int recover(long nowNanos) {
        if (!failures.awaitRetry(nowNanos)) {
            return 0;
        }
        if (failures.recovery() == Recovery.ROLL_BACK && phase == Phase.FEEDING && transaction.abort()) {
            openFeed().seek(committedPosition);
            failures.recoverBy(Recovery.NONE);
            publish(status.counters().rolledBack(), false);
            return 1;
        }
        startAnew();
        return 1;
    }

    private void startAnew() {
        giveUp();
        closeQuietly("membership", turn::close); // for a moment: the turn stays, if it is ours
        core.guard().check();
        turn.join();
        failures.recoverBy(Recovery.NONE);
    }

    // --- the turn goes elsewhere

    private void endTurn() {
        commitTheRest("when another instance took it over");
        giveUp();
    }

    private void giveUp() {
        boolean hadTurn = phase != Phase.WAITING;
        release();
        if (hadTurn) {
            publish(status.counters(), false);
        }
    }

    /** Nothing that is not committed remains. */
    private void release() {
        IngestPosition reading = location;
        location = null;
        if (reading != null) {
            closeQuietly("position", reading::close);
        }
        closeQuietly("producer", transaction::close);
        SourceFeed<T> present = feed;
        feed = null;
        phase = Phase.WAITING;
        if (present != null) {
            present.close();
        }
    }

    private void commitTheRest(String when) {
        SourceFeed<T> present = feed;
        if (whereabouts.isCutOff() || phase != Phase.FEEDING || !transaction.isOpen() || present == null) {
            return;
        }
        try {
            commit(present);
        } catch (LogException | StorageException e) {
            LOG.warn("Source {} could not commit {}; whoever goes on reads the same again", ingest.name(), when, e);
        }
    }

    // --- the end

    @Override
    public void onStop() {
        if (died) {
            // Memory, code or the machine can no longer be trusted: the log will tell the next start what is true.
            return;
        }
        if (!failed && failures.recovery() == Recovery.NONE) {
            commitTheRest("at its end");
        }
        release();
        closeQuietly("membership", turn::leave);
        observer.changed();
    }

    private void closeQuietly(String what, Runnable close) {
        try {
            close.run();
        } catch (LogException | StorageException e) {
            LOG.info("Source {}: closing its {} failed: {}", ingest.name(), what, e.toString());
        }
    }
}
