package io.millrace.benchmarks;

import io.millrace.log.Partitioner;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StateView;
import io.millrace.state.StoreSpec;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * What does a look-up in a global table cost, which asks views of all partitions of a store in RocksDB until one has the key, and what opening them again after a change?
 * A hundred thousand rows of 8 and 100 bytes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class ViewBenchmark {
    private static final KeyValueSpec<Long, BytesView> ROWS =
            StoreSpec.keyValue("rows", Serdes.int64(), Serdes.bytes());
    private static final int KEYS = 100_000;

    @Param({"1", "4", "16"})
    public int partitions;

    private final BytesWriter keyWriter = new BytesWriter();
    private final BytesWriter scratch = new BytesWriter();
    private final BytesView key = new BytesView();
    private final BytesView value = new BytesView();
    private final List<StateView> views = new ArrayList<>();
    private Path directory;
    private StateDatabase database;
    private int[] drawn;
    private int next;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        directory = DataDirectory.create("views-");
        database = StateDatabase.open(
                RocksBackend.open(directory.resolve("state"), "benchmark", RocksConfig.defaults()),
                StateStoreConfig.defaults());
        List<PartitionState> open = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            open.add(database.partition(partition, List.of(ROWS)));
        }
        Samples samples = new Samples(StateFixture.VALUE_BYTES);
        for (long row = 0; row < KEYS; row++) {
            turnTo(row);
            open.get(home()).restore("rows", key, samples.value((int) row));
        }
        for (PartitionState state : open) {
            state.restored("rows", KEYS);
            state.restoredAll();
        }
        database.flush();
        openViews();
        drawn = KeyOrder.UNIFORM.draw(KEYS, 1 << 20);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        closeViews();
        database.close();
        DataDirectory.delete(directory);
    }

    @Benchmark
    public boolean rowThatIsThere() {
        turnTo(drawn[next++ & (drawn.length - 1)]);
        return views.get(home()).read("rows", key, scratch, value);
    }

    @Benchmark
    public boolean rowThatIsNot() {
        turnTo(KEYS + (long) drawn[next++ & (drawn.length - 1)]);
        boolean isThere = false;
        for (StateView view : views) {
            isThere |= view.read("rows", key, scratch, value);
        }
        return isThere;
    }

    @Benchmark
    public int openAgain() {
        closeViews();
        openViews();
        return views.size();
    }

    private void openViews() {
        for (int partition = 0; partition < partitions; partition++) {
            views.add(database.view(partition, "rows"));
        }
    }

    private void closeViews() {
        views.forEach(StateView::close);
        views.clear();
    }

    private void turnTo(long row) {
        keyWriter.clear().putLong(row).viewInto(key);
    }

    private int home() {
        return Partitioner.partitionOf(key, partitions);
    }
}
