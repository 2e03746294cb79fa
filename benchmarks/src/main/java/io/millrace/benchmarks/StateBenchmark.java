package io.millrace.benchmarks;

import io.millrace.serde.BytesView;
import io.millrace.state.KeyValueStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a look-up or a change of a store cost its task, through all layers? Values of 100 bytes. Every 10,000 changes are committed, and
 * go to RocksDB in the background. {@link PlainRocksBenchmark} is the peer.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class StateBenchmark {
    private static final int OPERATIONS = 10_000;
    private static final int DRAWN = 1 << 20;

    /** {@code -p keys=10000000} for ten million: 1.2 GB. */
    @Param({"100000", "1000000"})
    public int keys;

    @Param({"UNIFORM", "HOT"})
    public KeyOrder order;

    private Path directory;
    private StateFixture state;
    private KeyValueStore<Long, BytesView> store;
    private int[] drawn;
    private int next;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        directory = DataDirectory.create("state-");
        state = new StateFixture(directory.resolve("state"), true);
        state.load(0, keys);
        state.flush();
        store = state.store();
        drawn = order.draw(keys, DRAWN);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        state.close();
        DataDirectory.delete(directory);
    }

    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long get() {
        long seen = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            seen += length(store.get(key()));
        }
        return seen;
    }

    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long put() {
        for (int i = 0; i < OPERATIONS; i++) {
            store.put(key(), state.value(next));
        }
        state.commit();
        return next;
    }

    /** As an aggregation does. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long getAndPut() {
        long seen = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            Long key = key();
            seen += length(store.get(key));
            store.put(key, state.value(next));
        }
        state.commit();
        return seen;
    }

    /** A new object each time: a task decodes it from its input. */
    private Long key() {
        return (long) drawn[next++ & (DRAWN - 1)];
    }

    private static long length(@Nullable BytesView value) {
        return value == null ? 0 : value.length();
    }
}
