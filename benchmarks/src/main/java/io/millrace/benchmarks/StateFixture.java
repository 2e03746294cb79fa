package io.millrace.benchmarks;

import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StoreSpec;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One store of one partition on RocksDB, with keys of 8 bytes and values of 100, as an application has it: its writer runs in a thread of
 * its own. Owned by the benchmark's thread.
 */
final class StateFixture implements AutoCloseable {
    static final int VALUE_BYTES = 100;
    static final KeyValueSpec<Long, BytesView> STORE = StoreSpec.keyValue("store", Serdes.int64(), Serdes.bytes());
    private static final int LOAD_PER_COMMIT = 10_000;
    private static final int VALUES = 1 << 12;

    private final StateDatabase database;
    private final PartitionState partition;
    private final KeyValueStore<Long, BytesView> store;
    private final Thread writer;
    private final BytesView[] values = new BytesView[VALUES];
    private volatile boolean isClosing;
    private volatile @Nullable Throwable failure;

    /** @param isWriting false if nothing is to reach RocksDB between {@link #flush}es, unless a commit has to write it */
    StateFixture(Path directory, boolean isWriting) {
        database = StateDatabase.open(
                RocksBackend.open(directory, "benchmark", RocksConfig.defaults()), StateStoreConfig.defaults());
        partition = database.partition(0, List.of(STORE));
        store = partition.store(STORE);
        Samples samples = new Samples(VALUE_BYTES);
        for (int i = 0; i < VALUES; i++) {
            values[i] = samples.value(i).copy();
        }
        writer = new Thread(this::write, "state-writer");
        database.onEnough(() -> LockSupport.unpark(writer));
        if (isWriting) {
            writer.start();
        }
    }

    KeyValueStore<Long, BytesView> store() {
        return store;
    }

    /** A value; a user's would be new each time, too, and never change. */
    BytesView value(long number) {
        return values[(int) number & (VALUES - 1)];
    }

    /** Puts keys from {@code from} on, in commits of ten thousand. */
    void load(long from, long to) {
        for (long key = from; key < to; key++) {
            store.put(key, value(key));
            if ((key + 1) % LOAD_PER_COMMIT == 0) {
                commit();
            }
        }
        commit();
    }

    void commit() {
        commit(position() + 1);
    }

    void commit(long position) {
        partition.commit(Map.of(STORE.name(), position));
    }

    long position() {
        return partition.position(STORE.name()).orElse(0);
    }

    PartitionState partition() {
        return partition;
    }

    /** Moves to RocksDB's files what is committed. */
    void flush() {
        Throwable failed = failure;
        if (failed != null) {
            throw new IllegalStateException("The writer failed", failed);
        }
        database.flush();
    }

    @Override
    public void close() {
        isClosing = true;
        LockSupport.unpark(writer);
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the writer ends", e);
        }
        partition.close();
        database.close();
    }

    private void write() {
        try {
            while (!isClosing) {
                if (database.runOnce(System.nanoTime()) == 0) {
                    LockSupport.parkNanos(database.idle().toNanos());
                }
            }
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }
}
