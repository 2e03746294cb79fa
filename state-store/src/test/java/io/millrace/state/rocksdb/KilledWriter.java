package io.millrace.state.rocksdb;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StoreSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A process that is killed: it commits transactions that follow from their number alone, writes behind in a second thread, and says on
 * standard output which positions were flushed, and when a flush or a compaction begins and ends. The number of a transaction is its offset
 * in every changelog.
 */
final class KilledWriter {
    static final int PARTITIONS = 2;
    static final String FLUSHED = "flushed";
    static final String FLUSHING = "flushing";
    static final String WRITTEN = "written";
    static final String COMPACTING = "compacting";
    static final String COMPACTED = "compacted";
    static final String END_OF_LINE = " end";
    static final List<KeyValueSpec<Long, String>> STORES = List.of(
            StoreSpec.keyValue("first", Serdes.int64(), Serdes.string()),
            StoreSpec.keyValue("second", Serdes.int64(), Serdes.string()));
    static final int CHANGES = 20;
    private static final int BATCHES_PER_FLUSH = 100;
    private static final int KEYS = 10_000;
    private static final int DELETE_ONE_IN = 7;

    /** A change of a transaction; a null value is a deletion. */
    record Change(int store, long key, String value) {}

    private KilledWriter() {}

    public static void main(String[] arguments) throws IOException {
        RocksBackend backend = open(Path.of(arguments[0]), new RocksBackends());
        StateDatabase database = StateDatabase.open(
                backend,
                StateStoreConfig.defaults().withCacheBytes(100_000).withWriteBehind(30_000, Duration.ofHours(1)));
        List<PartitionState> partitions = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            partitions.add(database.partition(partition, List.copyOf(STORES)));
        }
        // Whoever started this died: nobody is left to kill it.
        Thread orphan = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    continue;
                }
            } catch (IOException e) {
                System.err.println(e);
            }
            Runtime.getRuntime().halt(1);
        });
        orphan.setDaemon(true);
        orphan.start();
        // A writer that fails must not look like one that is slow.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(2);
        });
        new Thread(() -> writeBehind(database, backend)).start();
        commitForEver(partitions);
    }

    /** Starts one in a process of its own, which ends at the latest when this one does. */
    static Process start(Path directory) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        KilledWriter.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static RocksBackend open(Path directory, RocksBackends backends) {
        // Small buffers: flushes and compactions are under way when the kill comes.
        return backends.open(
                directory,
                "log",
                RocksConfig.defaults().withMemoryBytes(8 << 20).withWriteBufferBytes(1 << 20));
    }

    /** What every transaction changes. */
    static List<Change> changes(int partition, long transaction) {
        Random random = new Random(transaction * PARTITIONS + partition);
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            String value =
                    random.nextInt(DELETE_ONE_IN) == 0 ? null : transaction + "-" + "v".repeat(random.nextInt(150));
            changes.add(new Change(random.nextInt(STORES.size()), random.nextInt(KEYS), value));
        }
        return changes;
    }

    /** Restores the changes of transactions from {@code position} on. @return how many there were */
    static long replay(PartitionState state, long position, long end) {
        BytesWriter key = new BytesWriter();
        long replayed = 0;
        for (long transaction = position; transaction < end; transaction++) {
            for (Change change : changes(state.partition(), transaction)) {
                Serdes.int64().write(change.key, key.clear());
                state.restore(
                        STORES.get(change.store).name(),
                        key.viewInto(new BytesView()),
                        change.value == null ? null : BytesView.ofUtf8(change.value));
                replayed++;
            }
        }
        STORES.forEach(store -> state.restored(store.name(), end));
        state.restoredAll();
        return replayed;
    }

    private static void commitForEver(List<PartitionState> partitions) {
        while (true) {
            for (PartitionState partition : partitions) {
                long transaction = partition.position(STORES.get(0).name()).orElse(0);
                for (Change change : changes(partition.partition(), transaction)) {
                    KeyValueStore<Long, String> store = partition.store(STORES.get(change.store));
                    if (change.value == null) {
                        store.delete(change.key);
                    } else {
                        store.put(change.key, change.value);
                    }
                }
                Map<String, Long> positions = new HashMap<>();
                STORES.forEach(store -> positions.put(store.name(), transaction + 1));
                partition.commit(positions);
            }
        }
    }

    private static void writeBehind(StateDatabase database, RocksBackend backend) {
        int first = backend.openStore(STORES.get(0).name());
        boolean isCompacting = false;
        for (long batch = 1; ; batch++) {
            while (database.runOnce(0) == 0) {
                Thread.onSpinWait();
            }
            if (backend.isCompacting() != isCompacting) {
                isCompacting = !isCompacting;
                System.out.println((isCompacting ? COMPACTING : COMPACTED) + END_OF_LINE);
            }
            boolean isFlush = batch % BATCHES_PER_FLUSH == 0;
            StringBuilder line = new StringBuilder(isFlush ? FLUSHED : WRITTEN);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                line.append(' ').append(backend.position(first, partition).orElse(0));
            }
            if (isFlush) {
                System.out.println(FLUSHING + END_OF_LINE);
                database.flush();
            }
            System.out.println(line.append(END_OF_LINE));
        }
    }
}
