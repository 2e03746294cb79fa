package io.millrace.log;

/** A partitioned log that is open: an engine's handle. Safe for use by several threads. */
public interface EventLog extends AutoCloseable {
    /** The identity given to the log when it was created; state that was built from another log is refused by it. */
    String logId();

    LogAdmin admin();

    /** The same with {@link ProducerConfig#defaults}. */
    default LogProducer producer() {
        return producer(ProducerConfig.defaults());
    }

    LogProducer producer(ProducerConfig config);

    LogConsumer consumer(ConsumerConfig config);

    /** Closes cleanly: everything flushed and forced, so that the next open needs no recovery. Producers and consumers must be closed. */
    @Override
    void close();
}
