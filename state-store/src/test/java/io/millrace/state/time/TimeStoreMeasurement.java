package io.millrace.state.time;

import io.millrace.serde.Serdes;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StoreSpec;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongConsumer;

/**
 * What an operation of a store of time costs, in processor time of its thread, with everything below it on RocksDB: {@code java …
 * TimeStoreMeasurement DIRECTORY}. Not a test; {@code docs/adr/0006-stores-of-time.md} cites what it prints.
 */
final class TimeStoreMeasurement {
    private static final int KEYS = 10_000;
    private static final int WARM_UP = 400_000;
    private static final int OPERATIONS = 1_000_000;
    private static final int COMMIT_EVERY = 1_000;

    private final StateDatabase database;
    private final Random random = new Random(1);

    private TimeStoreMeasurement(StateDatabase database) {
        this.database = database;
    }

    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        try (StateDatabase database = StateDatabase.open(
                RocksBackend.open(directory, "log", RocksConfig.defaults()), StateStoreConfig.defaults())) {
            TimeStoreMeasurement measurement = new TimeStoreMeasurement(database);
            measurement.windows();
            measurement.records();
            measurement.sessions();
            measurement.versions();
        }
    }

    /** Ten records a millisecond: a key's window is counted up. */
    private void windows() {
        WindowSpec<Long, Long> spec = WindowSpec.tumbling(
                "windows", Serdes.int64(), Serdes.int64(), Duration.ofSeconds(10), Duration.ofSeconds(20));
        try (PartitionState partition = database.partition(0, List.of(spec))) {
            WindowStore<Long, Long> store = partition.store(spec);
            measure("window: fetch and put", partition, spec, i -> {
                long key = random.nextInt(KEYS);
                long start = i / 10 / 10_000 * 10_000;
                Long count = store.fetch(key, start);
                store.put(key, start, count == null ? 1 : count + 1);
            });
        }
    }

    /** Ten records a millisecond, and each looks for what came within 200 ms. */
    private void records() {
        RecordSpec<Long, Long> spec = RecordSpec.of("records", Serdes.int64(), Serdes.int64(), Duration.ofSeconds(5));
        try (PartitionState partition = database.partition(0, List.of(spec))) {
            RecordStore<Long, Long> store = partition.store(spec);
            measure("record: put", partition, spec, i -> store.put((long) random.nextInt(KEYS), i / 10, i, i));
            long begin = (WARM_UP + OPERATIONS) / 10;
            measure("record: put and fetch", partition, spec, i -> {
                long key = random.nextInt(KEYS);
                store.put(key, begin + i / 10, i, i);
                store.fetch(key, begin + i / 10 - 200, begin + i / 10 + 200).count();
            });
        }
    }

    /** Ten records a millisecond; sessions of a key are closed at times. */
    private void sessions() {
        SessionSpec<Long, Long> spec = SessionSpec.of(
                "sessions", Serdes.int64(), Serdes.int64(), Duration.ofMillis(1_500), Duration.ofSeconds(10));
        try (PartitionState partition = database.partition(0, List.of(spec))) {
            SessionStore<Long, Long> store = partition.store(spec);
            measure("session: find, remove and put", partition, spec, i -> {
                long key = random.nextInt(KEYS);
                long start = i / 10;
                long count = 1;
                for (Map.Entry<Session<Long>, Long> found :
                        store.findMergeable(key, start, start).toList()) {
                    start = Math.min(start, found.getKey().start());
                    count += found.getValue();
                    store.remove(found.getKey());
                }
                store.put(new Session<>(key, start, i / 10), count);
            });
        }
    }

    private void versions() {
        VersionedSpec<Long, Long> spec =
                VersionedSpec.of("versions", Serdes.int64(), Serdes.int64(), Duration.ofSeconds(5));
        try (PartitionState partition = database.partition(0, List.of(spec))) {
            VersionedStore<Long, Long> store = partition.store(spec);
            measure("version: put", partition, spec, i -> store.put((long) random.nextInt(KEYS), i, i / 10));
            long now = (WARM_UP + OPERATIONS) / 10;
            measure("version: newest", partition, spec, i -> store.get((long) random.nextInt(KEYS)));
            measure(
                    "version: as of a time",
                    partition,
                    spec,
                    i -> store.get((long) random.nextInt(KEYS), now - i % 4_000));
        }
    }

    private void measure(String what, PartitionState partition, StoreSpec<?> spec, LongConsumer operation) {
        long nanos = 0;
        for (long i = 0; i < WARM_UP + OPERATIONS; i++) {
            if (i == WARM_UP) {
                nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            }
            operation.accept(i);
            if (i % COMMIT_EVERY == COMMIT_EVERY - 1) {
                partition.commit(new HashMap<>(
                        Map.of(spec.name(), partition.position(spec.name()).orElse(0) + 1)));
            }
        }
        nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - nanos;
        System.out.printf("%-32s %8d ns%n", what, nanos / OPERATIONS);
    }
}
