package io.millrace.transactions.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogProducer;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.platform.World;
import io.millrace.transactions.TransactionAdmin;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.nio.file.Path;

/** The log that runs inside the application, on files in one directory. Safe for use by several threads. */
public final class EmbeddedLog implements TransactionalLog {
    private final LogEngine engine;

    private EmbeddedLog(LogEngine engine) {
        this.engine = engine;
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
        throw new UnsupportedOperationException(directory.toString() + config);
    }

    /** The same in a world that the caller has built, such as a simulated one. */
    public static EmbeddedLog open(World world, EmbeddedLogConfig config) {
        return new EmbeddedLog(LogEngine.open(world, config));
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
    public LogProducer producer() {
        return engine.producer();
    }

    @Override
    public LogConsumer consumer(ConsumerConfig config) {
        return engine.consumer(config);
    }

    @Override
    public TransactionalProducer transactionalProducer(TransactionalProducerConfig config) {
        throw new UnsupportedOperationException(config.transactionalId());
    }

    @Override
    public TransactionAdmin transactions() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        engine.close();
    }
}
