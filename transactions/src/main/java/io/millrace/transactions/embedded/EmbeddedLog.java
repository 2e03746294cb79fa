package io.millrace.transactions.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.platform.Scheduler;
import io.millrace.platform.StorageException;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.transactions.TransactionAdmin;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.coordinator.TransactionCoordinator;
import io.millrace.transactions.guard.GuardedTransactionalProducer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log that runs inside the application, on files in one directory. Safe for use by several threads. */
public final class EmbeddedLog implements TransactionalLog {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedLog.class);

    private static final Duration HOUSEKEEPING_INTERVAL = Duration.ofMillis(500);
    private static final Duration CLOSE_TIMEOUT = Duration.ofMinutes(1);

    private final LogEngine engine;
    private final TransactionCoordinator coordinator;
    private final Scheduler.Loop housekeeping;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedLog(LogEngine engine) {
        this.engine = engine;
        World world = engine.world();
        coordinator = TransactionCoordinator.open(
                world.clock(),
                world.ticker(),
                engine.config().durability(),
                PartitionJournal.open(engine),
                new EngineParticipants(engine));
        housekeeping = world.scheduler().start("millrace-transactions", coordinator, HOUSEKEEPING_INTERVAL);
    }

    /** The same with {@link EmbeddedLogConfig#defaults}. */
    public static EmbeddedLog open(Path directory) {
        return open(directory, EmbeddedLogConfig.defaults());
    }

    /**
     * Opens the log in a directory, which is created if it does not exist. What an unclean end left is recovered: transactions that were
     * decided are completed, all others are aborted.
     *
     * @throws io.millrace.log.LogException with STOP if the directory is open elsewhere, or holds what is not a log
     */
    public static EmbeddedLog open(Path directory, EmbeddedLogConfig config) {
        return open(SystemWorld.open(directory), config);
    }

    /** The same in a world that the caller has built, such as a simulated one. */
    public static EmbeddedLog open(World world, EmbeddedLogConfig config) {
        LogEngine engine = LogEngine.open(world, config);
        EmbeddedLog log = null;
        try {
            log = new EmbeddedLog(engine);
            return log;
        } catch (StorageException e) {
            throw new LogException(
                    Disposition.STOP,
                    "The log's transactions could not be recovered: " + e.getMessage()
                            + ". Nothing is lost: look at the disk, then open the log again",
                    e);
        } finally {
            if (log == null) {
                engine.close();
            }
        }
    }

    @Override
    public String logId() {
        return engine.logId();
    }

    @Override
    public LogAdmin admin() {
        return engine.admin();
    }

    @Override
    public LogProducer producer(ProducerConfig config) {
        return engine.producer(config);
    }

    @Override
    public LogConsumer consumer(ConsumerConfig config) {
        return engine.consumer(config);
    }

    @Override
    public TransactionalProducer transactionalProducer(TransactionalProducerConfig config) {
        if (closed.get()) {
            throw new LogException(
                    Disposition.STOP,
                    "The log is closed, and opens no producer of " + config.transactionalId() + ": open the log again");
        }
        return new GuardedTransactionalProducer(new EmbeddedTransactionalProducer(engine, coordinator, config));
    }

    @Override
    public TransactionAdmin transactions() {
        return new CoordinatorAdmin(coordinator);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            housekeeping.stop();
            housekeeping.awaitStopped(CLOSE_TIMEOUT);
            coordinator.close();
        } catch (LogException e) {
            // The next opening finds in the partitions what could not be written, if it looks into all of them.
            engine.leaveUnclean();
            LOG.warn("The transaction log was not completed: {}", e.getMessage());
        } finally {
            engine.close();
        }
    }
}
