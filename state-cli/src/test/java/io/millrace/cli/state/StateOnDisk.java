package io.millrace.cli.state;

import io.millrace.cli.Said;
import io.millrace.dsl.plan.Changelog;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.state.PartitionState;
import io.millrace.state.Retirement;
import io.millrace.state.StateBackend;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StoreSpec;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The directory of an application, with a log and state that follows it as the runtime has it; and commands on it. */
final class StateOnDisk implements AutoCloseable {
    static final String APPLICATION = "shop";
    static final int PARTITIONS = 2;

    private final List<StoreSpec<?>> stores;
    private final EmbeddedLog log;
    private final TransactionalProducer producer;
    private final StateDatabase database;
    private final Map<Integer, PartitionState> partitions = new HashMap<>();

    StateOnDisk(Path directory, InstantSource clock, StoreSpec<?>... stores) {
        this.stores = List.of(stores);
        log = EmbeddedLog.open(directory.resolve("log"));
        for (StoreSpec<?> store : stores) {
            log.admin().createTopic(Changelog.topic(APPLICATION, store.name()), PARTITIONS, TopicSettings.compacted());
        }
        producer = log.transactionalProducer(TransactionalProducerConfig.of(APPLICATION + "-0"));
        database = StateDatabase.open(
                openBackend(directory, log.logId()),
                StateStoreConfig.defaults(),
                new Retirement(Retirement.USUAL, clock));
        for (int partition = 0; partition < PARTITIONS; partition++) {
            partitions.put(partition, database.partition(partition, this.stores));
        }
    }

    StateOnDisk(Path directory, StoreSpec<?>... stores) {
        this(directory, InstantSource.system(), stores);
    }

    static RocksBackend openBackend(Path directory, String logId) {
        return RocksBackend.open(directory.resolve("state"), logId, RocksConfig.defaults());
    }

    EmbeddedLog log() {
        return log;
    }

    /** One transaction on a partition, promoted once it is committed. */
    <S> void change(int partition, StoreSpec<S> store, Consumer<S> change) {
        PartitionState state = partitions.get(partition);
        change.accept(state.store(store));
        producer.begin();
        state.forEachChange((index, key, value) ->
                producer.send(changelog(stores.get(index), partition), 0, key, value, List.of()));
        producer.commit();
        Map<String, Long> positions = new HashMap<>();
        for (StoreSpec<?> one : stores) {
            long end = producer.endOffset(changelog(one, partition));
            if (end >= 0) {
                positions.put(one.name(), end);
            }
        }
        state.commit(positions);
    }

    /** A committed record of a changelog that the state is told nothing of. */
    void record(int partition, StoreSpec<?> store, String key, String value) {
        producer.begin();
        producer.send(changelog(store, partition), 0, BytesView.ofUtf8(key), BytesView.ofUtf8(value), List.of());
        producer.commit();
    }

    /** What a transaction that is aborted leaves in a changelog. */
    void abortedRecord(int partition, StoreSpec<?> store, String key, String value) {
        producer.begin();
        producer.send(changelog(store, partition), 0, BytesView.ofUtf8(key), BytesView.ofUtf8(value), List.of());
        producer.flush();
        producer.abort();
    }

    static TopicPartition changelog(StoreSpec<?> store, int partition) {
        return new TopicPartition(Changelog.topic(APPLICATION, store.name()), partition);
    }

    void flush() {
        database.flush();
    }

    @Override
    public void close() {
        partitions.values().forEach(PartitionState::close);
        database.close();
        producer.close();
        log.close();
    }

    /** Changes what is in RocksDB behind the application's back. */
    static void tamper(Path directory, String store, Tampering tampering) {
        String logId;
        try (EmbeddedLog log = EmbeddedLog.open(directory.resolve("log"))) {
            logId = log.logId();
        }
        try (RocksBackend backend = openBackend(directory, logId)) {
            int number = backend.openStore(store);
            backend.write(sink -> tampering.on(number, sink));
        }
    }

    /** What is changed. */
    @FunctionalInterface
    interface Tampering {
        void on(int store, StateBackend.Batch.Sink sink);
    }

    /** Runs {@code millrace state} as {@code main} does. */
    static Said run(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "state";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Said.by(all);
    }
}
