package io.millrace.state.rocksdb;

import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StoreSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A process whose state lies on a small device, which becomes full: twice, with a restart in between, and then has room again. It commits
 * transactions that follow from their number alone, checks what it finds, and says on standard output how far it came.
 */
final class FullDevice {
    static final String BALLAST = "ballast";
    private static final String FILLER = "filler";
    private static final KeyValueSpec<Long, BytesView> STORE =
            StoreSpec.keyValue("store", Serdes.int64(), Serdes.bytes());
    private static final int CHANGES = 10;
    private static final int VALUE_BYTES = 1_000;
    private static final int KEYS = 100_000;

    private final Path device;
    /** By key, the transaction that put it last. */
    private final Map<Long, Long> committed = new TreeMap<>();

    private RocksBackend backend;
    private StateDatabase database;
    private PartitionState partition;

    private FullDevice(Path device) {
        this.device = device;
        open();
    }

    public static void main(String[] arguments) throws IOException {
        new FullDevice(Path.of(arguments[0])).run();
    }

    private void run() throws IOException {
        commitUntilFull();
        long reached = position();
        fill();
        closeFull();
        Files.delete(device.resolve(FILLER));

        open();
        long kept = position();
        check(kept > 0 && kept <= reached, "the state stood for " + reached + " and stands for " + kept);
        checkContent(foldTo(kept), "after a restart");
        commitUntilFull();
        reached = position();
        fill();
        try {
            database.flush();
            check(false, "there is no room to flush to");
        } catch (StateException e) {
            checkFull(e);
        }

        Files.delete(device.resolve(FILLER));
        Files.delete(device.resolve(BALLAST));
        // Once, whatever RocksDB waits for.
        database.flush();
        check(database.committedBytes() == 0, "everything is written");
        partition.close();
        database.close();
        open();
        check(position() == reached, "it stands for " + position() + ", not for " + reached);
        checkContent(foldTo(reached), "after there was room again");
        partition.close();
        database.close();
        check(backend.openHandles() == 0, "handles are left open");
        System.out.println("full at " + kept + " and again, whole at " + reached);
    }

    private void commitUntilFull() {
        committed.clear();
        committed.putAll(foldTo(position()));
        while (true) {
            long transaction = position();
            KeyValueStore<Long, BytesView> store = partition.store(STORE);
            for (long key : keys(transaction)) {
                store.put(key, value(key, transaction));
                committed.put(key, transaction);
            }
            try {
                partition.commit(Map.of(STORE.name(), transaction + 1));
            } catch (StateException e) {
                checkFull(e);
                check(position() == transaction + 1, "the transaction is committed nevertheless");
                checkContent(committed, "while the device is full");
                return;
            }
        }
    }

    private void closeFull() {
        try {
            partition.close();
            check(false, "what is committed fits, so the device is not full");
        } catch (StateException e) {
            checkFull(e);
        }
        try {
            database.close();
        } catch (StateException e) {
            checkFull(e);
        }
        check(backend.openHandles() == 0, "handles are left open");
    }

    /** A merge of files that ends leaves room behind it: takes that, too. */
    private void fill() throws IOException {
        byte[] bytes = new byte[4_096];
        try (OutputStream filler = Files.newOutputStream(device.resolve(FILLER))) {
            while (true) {
                filler.write(bytes);
            }
        } catch (IOException e) {
            check(String.valueOf(e.getMessage()).contains("No space left"), "the device fails otherwise: " + e);
        }
    }

    private void open() {
        backend = RocksBackend.open(
                device.resolve("state"),
                "log",
                RocksConfig.defaults().withMemoryBytes(8 << 20).withWriteBufferBytes(1 << 20));
        database = StateDatabase.open(
                backend,
                StateStoreConfig.defaults()
                        .withCacheBytes(0)
                        .withWriteBehind(100_000, Duration.ofHours(1))
                        .withCommittedLimitBytes(100_000));
        partition = database.partition(0, List.of(STORE));
    }

    private long position() {
        return partition.position(STORE.name()).orElse(0);
    }

    private void checkContent(Map<Long, Long> expected, String when) {
        Map<Long, BytesView> content = new TreeMap<>();
        partition.store(STORE).forEach(content::put);
        check(content.keySet().equals(expected.keySet()), "keys are lost or foreign " + when);
        expected.forEach((key, transaction) ->
                check(content.get(key).equals(value(key, transaction)), "key " + key + " has another value " + when));
    }

    private void checkFull(StateException failure) {
        if (failure.kind() != Kind.NO_SPACE
                || !failure.getMessage().contains("; make room. Nothing is lost")
                || !failure.getMessage().contains(device.toString())) {
            throw failure;
        }
    }

    private static void check(boolean isRight, String what) {
        if (!isRight) {
            throw new IllegalStateException(what);
        }
    }

    private static Map<Long, Long> foldTo(long position) {
        Map<Long, Long> fold = new TreeMap<>();
        for (long transaction = 0; transaction < position; transaction++) {
            for (long key : keys(transaction)) {
                fold.put(key, transaction);
            }
        }
        return fold;
    }

    private static long[] keys(long transaction) {
        return new Random(transaction).longs(CHANGES, 0, KEYS).toArray();
    }

    /** Bytes that no compression makes smaller. */
    private static BytesView value(long key, long transaction) {
        byte[] value = new byte[VALUE_BYTES];
        new Random(key * KEYS + transaction).nextBytes(value);
        return BytesView.of(value);
    }
}
