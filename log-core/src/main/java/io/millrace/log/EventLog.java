package io.millrace.log;

/** A partitioned log that is open: an engine's handle. Safe for use by several threads. */
public interface EventLog extends AutoCloseable {
    /** The identity given to the log when it was created; state that was built from another log is refused by it. */
    String logId();

    /** Its methods throw {@link IllegalStateException} once the log is closed. */
    LogAdmin admin();

    /** The same with {@link ProducerConfig#defaults}. */
    default LogProducer producer() {
        return producer(ProducerConfig.defaults());
    }

    LogProducer producer(ProducerConfig config);

    LogConsumer consumer(ConsumerConfig config);

    /**
     * Closes cleanly: everything that was acknowledged is there for the next open, which needs no recovery. With
     * {@link Durability#POWER_LOSS} everything is on the device at return; with {@link Durability#PROCESS_CRASH} the last bytes of each
     * partition, at most 1 MiB in the embedded log, may be left to the operating system to write, and a power cut within its next seconds can take them.
     * Producers and consumers must be closed.
     */
    @Override
    void close();
}
