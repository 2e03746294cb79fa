package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Ingest;
import io.millrace.dsl.IngestHandler;
import io.millrace.dsl.RecordSource;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.platform.LoopStep;
import io.millrace.platform.StorageException;
import io.millrace.platform.Ticker;
import io.millrace.platform.Waiter;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.transactions.TransactionalProducerConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Feeds one source into the log, exactly once (R4): its position is a record of the same transaction as what it caused. Owned by its thread, but
 * for {@link #status} and {@link #wake}.
 */
final class IngestLoop<T> implements LoopStep {
    private static final Logger LOG = LoggerFactory.getLogger(IngestLoop.class);
    /** Large enough that a commit costs little per record, small enough that readers do not starve. */
    private static final int TRANSACTION_ITEMS = 10_000;
    /** Between two looks at the time and at whether to stop. */
    private static final int STEP_ITEMS = 1_000;

    private enum Phase {
        /** No producer. */
        CLOSED,
        /** Reading where to go on. */
        LOCATING,
        FEEDING,
        FINISHED
    }

    private final ApplicationCore core;
    private final AppSettings settings;
    private final LoopObserver observer;
    private final Ingest<T> ingest;
    private final String id;
    private final TopicPartition positions;
    private final BytesView name;
    private final RetryBudget retries;
    private final Waiter waiter;
    private final LoopTransaction transaction = new LoopTransaction();
    private final BytesWriter positionWriter = new BytesWriter(Long.BYTES);
    private final BytesView positionView = new BytesView();
    private Phase phase = Phase.CLOSED;
    private @Nullable RecordSource<T> source;
    private @Nullable IngestSender sender;
    private @Nullable IngestPosition location;
    private long committedPosition;
    private boolean rollBack;
    private boolean failed;
    private boolean died;
    private volatile IngestLoopStatus status = IngestLoopStatus.INITIAL;

    IngestLoop(ApplicationCore core, LoopObserver observer, Ingest<T> ingest) {
        this.core = core;
        this.settings = core.settings();
        this.observer = observer;
        this.ingest = ingest;
        this.id = core.name() + "-ingest-" + ingest.name();
        this.positions = new TopicPartition(core.topology().positionsTopic(), 0);
        this.name = BytesView.ofUtf8(ingest.name());
        this.retries =
                new RetryBudget(settings.retries().count(), settings.retries().backoff());
        this.waiter = settings.world().scheduler().newWaiter();
    }

    String id() {
        return id;
    }

    String ingestName() {
        return ingest.name();
    }

    IngestLoopStatus status() {
        return status;
    }

    /** Ends a wait for the next try. From any thread. */
    void wake() {
        waiter.signal();
    }

    @Override
    public int runOnce(long nowNanos) {
        LogContext.enter(core.name(), id);
        try {
            return step(nowNanos);
        } catch (RuntimeException | Error e) {
            failed = true;
            died = e instanceof Error;
            observer.failed(id, e);
            throw e;
        } finally {
            LogContext.leave();
        }
    }

    private int step(long nowNanos) {
        long wait = retries.waitNanos(nowNanos);
        if (wait > 0) {
            waiter.await(wait);
            return 0;
        }
        try {
            if (rollBack) {
                rollBack();
                return 1;
            }
            return switch (phase) {
                case CLOSED -> open();
                case LOCATING -> locate();
                case FEEDING -> feed(nowNanos);
                case FINISHED -> 0;
            };
        } catch (LogException e) {
            plan(e.disposition(), e, nowNanos);
        } catch (StorageException e) {
            plan(Disposition.ABORT_TRANSACTION, e, nowNanos);
        }
        return 1;
    }

    // --- the way to work

    private int open() {
        closeProducer();
        core.guard().check();
        // First the producer: it fences the predecessor, so that what is read next is the last it could commit.
        transaction.use(core.log().transactionalProducer(TransactionalProducerConfig.of(id)));
        location = new IngestPosition(core.log(), positions, name);
        phase = Phase.LOCATING;
        return 1;
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
        RecordSource<T> opened = source();
        opened.seek(committedPosition);
        phase = Phase.FEEDING;
        publish(0);
        LOG.info("Source {} goes on at position {}", ingest.name(), committedPosition);
        return 1;
    }

    private RecordSource<T> source() {
        RecordSource<T> present = source;
        if (present == null) {
            present = ingest.source().get();
            source = present;
            sender = new IngestSender(transaction, core.partitionCounts(), present);
        }
        return present;
    }

    // --- work

    private int feed(long nowNanos) {
        RecordSource<T> items = source();
        IngestSender out = sender;
        if (out == null) {
            throw new IllegalStateException("Ingest '" + id + "' has no sender");
        }
        int done = 0;
        boolean dry = false;
        IngestHandler<? super T> handler = ingest.handler();
        while (done < STEP_ITEMS) {
            T item = items.next();
            if (item == null) {
                dry = true;
                break;
            }
            if (!transaction.isOpen()) {
                transaction.begin(nowNanos + Ticker.nanosOf(settings.commits().interval()));
                out.begin(settings.world().clock().millis());
            }
            handler.accept(item, out);
            done++;
        }
        transaction.count(done);
        if (transaction.isOpen() && (dry || isCommitDue())) {
            commit(items, out);
            return done + 1;
        }
        transaction.keepAlive();
        if (dry && items.isFinished()) {
            phase = Phase.FINISHED;
            publish(0);
            LOG.info("Source {} is finished at position {}", ingest.name(), committedPosition);
            return 1;
        }
        return done;
    }

    private boolean isCommitDue() {
        return transaction.records()
                        >= Math.min(TRANSACTION_ITEMS, settings.commits().records())
                || transaction.isDue(settings.world().ticker().nanos());
    }

    private void commit(RecordSource<T> items, IngestSender out) {
        long position = items.position();
        positionWriter.clear().putLong(position);
        transaction.send(positions, settings.world().clock().millis(), name, positionWriter.viewInto(positionView));
        transaction.commit();
        committedPosition = position;
        retries.succeeded();
        IngestLoopStatus before = status;
        status = new IngestLoopStatus(
                true,
                position,
                items.size(),
                false,
                before.records() + out.sent(),
                before.committed() + 1,
                before.aborted());
    }

    private void publish(int abortedNow) {
        IngestLoopStatus before = status;
        RecordSource<T> present = source;
        status = new IngestLoopStatus(
                true,
                committedPosition,
                present == null ? -1 : present.size(),
                phase == Phase.FINISHED,
                before.records(),
                before.committed(),
                before.aborted() + abortedNow);
        observer.published();
        observer.changed();
    }

    // --- when something went wrong

    private void plan(Disposition disposition, RuntimeException error, long nowNanos) {
        if (disposition == Disposition.STOP) {
            throw error;
        }
        if (!retries.failed(nowNanos)) {
            throw new LogException(
                    Disposition.STOP,
                    "Source '" + ingest.name() + "' failed " + retries.failures()
                            + " times in a row and gives up; everything committed is intact. The last time: "
                            + error.getMessage(),
                    error);
        }
        LOG.atLevel(observer.isNews(error) ? Level.WARN : Level.DEBUG)
                .log(
                        "Source {} goes back to position {} (failure {}): {}",
                        ingest.name(),
                        committedPosition,
                        retries.failures(),
                        error.toString());
        if (disposition == Disposition.RESTART_TASK || phase != Phase.FEEDING) {
            phase = Phase.CLOSED;
        } else {
            rollBack = true;
        }
    }

    private void rollBack() {
        rollBack = false;
        if (transaction.abort()) {
            source().seek(committedPosition);
        } else {
            phase = Phase.CLOSED;
        }
        publish(1);
    }

    // --- the end

    @Override
    public void onStop() {
        if (died) {
            // Memory, code or the machine can no longer be trusted: the log will tell the next start what is true.
            return;
        }
        RecordSource<T> items = source;
        IngestSender out = sender;
        if (!failed && !rollBack && phase == Phase.FEEDING && transaction.isOpen() && items != null && out != null) {
            try {
                commit(items, out);
            } catch (LogException | StorageException e) {
                LOG.warn(
                        "Source {} could not commit at its end; the next start reads the same again", ingest.name(), e);
            }
        }
        closeProducer();
        if (items != null) {
            items.close();
        }
        observer.changed();
    }

    private void closeProducer() {
        try {
            IngestPosition reading = location;
            location = null;
            if (reading != null) {
                reading.close();
            }
            transaction.close();
        } catch (LogException | StorageException e) {
            LOG.info("Source {}: closing its producer failed: {}", ingest.name(), e.toString());
        }
    }
}
