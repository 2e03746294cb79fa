package io.millrace.benchmarks;

import io.millrace.serde.BytesView;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * The peer of {@link StateBenchmark}: the same keys and values, each look-up and each change a call into RocksDB through JNI, without its
 * log, as Kafka Streams does it. No transaction: a kill would leave half of one. The block cache is as large as a store's cache, block cache
 * and write buffers together.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class PlainRocksBenchmark {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int OPERATIONS = 10_000;
    private static final int DRAWN = 1 << 20;
    private static final int CACHE_BYTES = 192 << 20;
    private static final int FILTER_BITS_PER_KEY = 10;
    private static final int VALUES = 1 << 12;

    @Param({"100000", "1000000"})
    public int keys;

    @Param({"UNIFORM", "HOT"})
    public KeyOrder order;

    private final byte[] key = new byte[Long.BYTES];
    private final byte[] found = new byte[StateFixture.VALUE_BYTES];
    private final byte[][] values = new byte[VALUES][];
    private Path directory;
    private Options options;
    private ReadOptions reading;
    private WriteOptions writing;
    private RocksDB database;
    private int[] drawn;
    private int next;

    @Setup(Level.Trial)
    public void fill() throws IOException, RocksDBException {
        directory = DataDirectory.create("rocks-");
        Samples samples = new Samples(StateFixture.VALUE_BYTES);
        for (int i = 0; i < VALUES; i++) {
            BytesView value = samples.value(i);
            values[i] = value.toByteArray();
        }
        options = new Options()
                .setCreateIfMissing(true)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(new LRUCache(CACHE_BYTES))
                        .setFilterPolicy(new BloomFilter(FILTER_BITS_PER_KEY)));
        reading = new ReadOptions();
        writing = new WriteOptions().setDisableWAL(true);
        database = RocksDB.open(options, directory.resolve("rocks").toString());
        for (int i = 0; i < keys; i++) {
            putOne(i, values[i & (VALUES - 1)]);
        }
        drawn = order.draw(keys, DRAWN);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        database.close();
        writing.close();
        reading.close();
        options.close();
        DataDirectory.delete(directory);
    }

    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long get() throws RocksDBException {
        long seen = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            seen += getOne(draw());
        }
        return seen;
    }

    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long put() throws RocksDBException {
        for (int i = 0; i < OPERATIONS; i++) {
            putOne(draw(), values[next & (VALUES - 1)]);
        }
        return next;
    }

    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long getAndPut() throws RocksDBException {
        long seen = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            long drawnKey = draw();
            seen += getOne(drawnKey);
            putOne(drawnKey, values[next & (VALUES - 1)]);
        }
        return seen;
    }

    private long draw() {
        return drawn[next++ & (DRAWN - 1)];
    }

    private int getOne(long userKey) throws RocksDBException {
        LONG.set(key, 0, userKey);
        return database.get(reading, key, 0, key.length, found, 0, found.length);
    }

    private void putOne(long userKey, byte[] value) throws RocksDBException {
        LONG.set(key, 0, userKey);
        database.put(writing, key, 0, key.length, value, 0, value.length);
    }
}
