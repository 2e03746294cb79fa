package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * For how long does a commit of state hold its task? Of a store of a million keys with values of 100 bytes, {@code changed} of them, drawn
 * at random. The transaction before it is committed as well, and has not been written to RocksDB.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 8, time = 1)
@State(Scope.Benchmark)
public class StateCommitBenchmark {
    private static final int KEYS = 1_000_000;

    @Param({"1000", "100000"})
    public int changed;

    private final SplittableRandom random = new SplittableRandom(42);
    private Path directory;
    private StateFixture state;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        directory = DataDirectory.create("state-commit-");
        state = new StateFixture(directory.resolve("state"), false);
        state.load(0, KEYS);
    }

    @Setup(Level.Invocation)
    public void change() {
        state.flush();
        stage();
        state.commit();
        stage();
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        state.close();
        DataDirectory.delete(directory);
    }

    @Benchmark
    public void commit() {
        state.commit();
    }

    private void stage() {
        for (int i = 0; i < changed; i++) {
            state.store().put((long) random.nextInt(KEYS), state.value(i));
        }
    }
}
