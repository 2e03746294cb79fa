package io.millrace.state.rocksdb;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * What docs/adr/0003-state-wal.md weighs: batches with RocksDB's log, or without it and flushed; and what opening costs after the process
 * ended in the middle. Run {@code write}, then {@code open}, each in a process of its own, on the same directory:
 *
 * <pre>LogMeasurement (log|flush) DIRECTORY (write|open) VALUE_BYTES LOG_LIMIT_MIB</pre>
 */
final class LogMeasurement {
    private static final int BATCHES = 16;
    private static final int PUTS = 100_000;
    private static final int KEYS = 1_000_000;
    private static final long WRITE_BUFFER_BYTES = 16 << 20;

    private LogMeasurement() {}

    public static void main(String[] arguments) throws RocksDBException {
        boolean isLogged = arguments[0].equals("log");
        ColumnFamilyOptions columns = new ColumnFamilyOptions().setWriteBufferSize(WRITE_BUFFER_BYTES);
        DBOptions options = new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setMaxTotalWalSize(Long.parseLong(arguments[4]) << 20)
                .setAvoidFlushDuringRecovery(true)
                .setAtomicFlush(!isLogged);
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        long start = System.nanoTime();
        long startOfCpu = cpuNanos();
        RocksDB database = RocksDB.open(
                options,
                arguments[1],
                Stream.of("default", "first", "second")
                        .map(name -> new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), columns))
                        .toList(),
                handles);
        System.out.printf("open: %d ms, cpu %d ms%n", sinceMillis(start), (cpuNanos() - startOfCpu) / 1_000_000);
        if (arguments[2].equals("write")) {
            write(database, handles, isLogged, Integer.parseInt(arguments[3]));
        }
        // As a kill would: nothing is closed.
        Runtime.getRuntime().halt(0);
    }

    private static void write(RocksDB database, List<ColumnFamilyHandle> handles, boolean isLogged, int valueBytes)
            throws RocksDBException {
        Random random = new Random(1);
        byte[] key = new byte[Integer.BYTES + Long.BYTES];
        byte[] value = new byte[valueBytes];
        long total = 0;
        try (WriteOptions options = new WriteOptions().setDisableWAL(!isLogged);
                FlushOptions flush = new FlushOptions()) {
            for (int i = 0; i < BATCHES; i++) {
                try (WriteBatch batch = new WriteBatch()) {
                    for (int put = 0; put < PUTS; put++) {
                        ByteBuffer.wrap(key).putInt(0).putLong(random.nextInt(KEYS));
                        random.nextBytes(value);
                        batch.put(handles.get(1 + (put & 1)), key, value);
                    }
                    long start = System.nanoTime();
                    database.write(options, batch);
                    if (!isLogged) {
                        database.flush(flush, handles);
                    }
                    total += sinceMillis(start);
                }
            }
        }
        System.out.printf("write: %d ms a batch of %d puts%n", total / BATCHES, PUTS);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long sinceMillis(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
