package io.millrace.log.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.EventLog;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.group.GroupCoordinator;
import io.millrace.platform.World;

/** The embedded engine, without transactions. Safe for use by several threads. */
public final class LogEngine implements EventLog {
    private final World world;
    private final EmbeddedLogConfig config;

    private LogEngine(World world, EmbeddedLogConfig config) {
        this.world = world;
        this.config = config;
    }

    /**
     * Opens the log in the world's storage, recovering what an unclean end left.
     *
     * @throws io.millrace.log.LogException with STOP if the directory is open elsewhere, or holds what is not a log
     */
    public static LogEngine open(World world, EmbeddedLogConfig config) {
        return new LogEngine(world, config);
    }

    public World world() {
        return world;
    }

    public EmbeddedLogConfig config() {
        return config;
    }

    public GroupCoordinator groups() {
        throw new UnsupportedOperationException();
    }

    /** An identity that was never handed out before, also not before a crash (E4). */
    public long newProducerId() {
        throw new UnsupportedOperationException();
    }

    /** Creates a topic whose name begins with {@code __}. @return false if it exists with as many partitions */
    public boolean createInternalTopic(String name, int partitions, TopicSettings settings) {
        throw new UnsupportedOperationException(name + partitions + settings);
    }

    /** One step of what runs in the background: session timeouts, checkpoints. Called by the engine's loop. @return how much was done */
    public int runHousekeeping(long nowNanos) {
        return 0;
    }

    @Override
    public String logId() {
        throw new UnsupportedOperationException();
    }

    @Override
    public LogAdmin admin() {
        throw new UnsupportedOperationException();
    }

    @Override
    public LogProducer producer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public LogConsumer consumer(ConsumerConfig consumerConfig) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
