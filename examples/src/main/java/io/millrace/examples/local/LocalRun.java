package io.millrace.examples.local;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A pipeline that runs with its log in {@code log} and its state in {@code state} of one directory: what a program with a pipeline does once, at its
 * start. Owned by one thread.
 */
public final class LocalRun implements AutoCloseable {
    private final EmbeddedLog log;
    private final Application app;

    private LocalRun(EmbeddedLog log, Application app) {
        this.log = log;
        this.app = app;
    }

    /** Opens log and state, or makes them, and lets the pipeline go on from what is committed there. */
    public static LocalRun start(Pipeline pipeline, Path directory) {
        return start(pipeline, directory, log -> {});
    }

    /** The same. @param before what is to be in the log when the pipeline starts */
    public static LocalRun start(Pipeline pipeline, Path directory, Consumer<TopicWriter> before) {
        World world = SystemWorld.open(directory.resolve("log"));
        AppSettings settings = AppSettings.of(
                world,
                (logId, memory) -> RocksBackend.open(directory.resolve("state"), logId, RocksConfig.within(memory)));
        EmbeddedLog log = EmbeddedLog.open(world, EmbeddedLogConfig.defaults());
        try {
            before.accept(new TopicWriter(log));
            return new LocalRun(log, pipeline.start(log, settings));
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    public Application app() {
        return app;
    }

    public EmbeddedLog log() {
        return log;
    }

    /** Waits until everything that the sources have is processed and committed. @throws ApplicationEndedException if the application ends before */
    public void awaitDrained() {
        while (!app.awaitDrained(Duration.ofSeconds(1))) {
            app.failure().ifPresent(failure -> {
                throw new ApplicationEndedException(app.name(), failure);
            });
        }
    }

    /** Shows the records of a topic as they are committed now: partition after partition, each in its order. */
    public <K, V> void forEachRecord(Topic<K, V> topic, BiConsumer<K, V> action) {
        int partitions = log.admin().describeTopic(topic.name()).orElseThrow().partitions();
        for (int partition = 0; partition < partitions; partition++) {
            show(new TopicPartition(topic.name(), partition), topic, action);
        }
    }

    private <K, V> void show(TopicPartition partition, Topic<K, V> topic, BiConsumer<K, V> action) {
        long end = log.admin().endOffset(partition, Isolation.READ_COMMITTED);
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(partition));
            consumer.seekToBeginning(Set.of(partition));
            while (consumer.position(partition) < end) {
                for (RecordCursor cursor : consumer.poll(Duration.ofSeconds(1))) {
                    while (cursor.next()) {
                        action.accept(
                                topic.keySerde()
                                        .read(Objects.requireNonNull(
                                                cursor.record().key())),
                                topic.valueSerde()
                                        .read(Objects.requireNonNull(
                                                cursor.record().value())));
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        app.close();
        log.close();
    }
}
