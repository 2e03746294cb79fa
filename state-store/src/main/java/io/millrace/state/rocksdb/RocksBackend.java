package io.millrace.state.rocksdb;

import io.millrace.platform.file.FileStorage;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.StateBackend;
import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import io.millrace.state.StateMemory;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoredPartition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.Env;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.OptionsUtil;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One RocksDB database: a column family a store, keys prefixed by the partition, positions in a column family of their own. Safe for use
 * by several threads.
 *
 * <p>There is no write-ahead log: Millrace's log is one. What is written is in memory until it is flushed, over all column families at the
 * same batch (K1), and then it is on the device. Besides when RocksDB's write buffers are full, it is flushed when a restart would have to
 * replay too many offsets. {@code docs/adr/0003-state-wal.md} says why.
 */
public final class RocksBackend implements StateBackend {
    /** What a restart replays at most, besides what was not written yet: some tens of milliseconds of work. */
    private static final long REPLAY_LIMIT_OFFSETS = 100_000;

    private final RocksConfig config;
    private final LRUCache cache;
    private final String logId;
    private final String directory;
    private final NativeHandles handles;
    private final RocksDB database;
    private final RocksColumns columns;
    private final ColumnFamilyOptions columnOptions;
    private final WriteOptions writeOptions;
    private final FlushOptions flushOptions;
    private final RocksBatch batchBytes;
    private final DeviceRoom room;
    private final ReplayLength replay = new ReplayLength();
    private final Set<RocksReader> readers = ConcurrentHashMap.newKeySet();

    /** Keeps the database open while a reader is made, which does not wait for the monitor: a batch may hold that for seconds. */
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();

    /** Written under the monitor, within {@link #life}. */
    private volatile boolean isClosed;

    /** Written under the monitor. */
    private volatile long unflushedOffsets;

    private RocksBackend(String logId, String directory, NativeHandles handles, RocksConfig config)
            throws RocksDBException {
        RocksTuning tuning = new RocksTuning(config, handles);
        this.config = config;
        this.cache = tuning.cache();
        this.logId = logId;
        this.directory = directory;
        this.handles = handles;
        this.columnOptions = tuning.columnOptions();
        List<ColumnFamilyHandle> opened = new ArrayList<>();
        List<ColumnFamilyDescriptor> present = RocksColumns.present(directory, columnOptions);
        // Where there was a database none is made anew: its tables would be removed as nobody's (K7).
        tuning.databaseOptions().setCreateIfMissing(!hadDatabase(directory));
        this.database = handles.own(RocksDB.open(tuning.databaseOptions(), directory, present, opened));
        opened.forEach(handles::own);
        this.writeOptions = handles.own(new WriteOptions()).setDisableWAL(true);
        this.flushOptions = handles.own(new FlushOptions()).setWaitForFlush(true);
        this.columns =
                new RocksColumns(opened.get(0), opened.size() > 1 ? opened.get(1) : newColumn(RocksColumns.POSITIONS));
        for (int i = 2; i < opened.size(); i++) {
            columns.add(RocksColumns.storeName(present.get(i)), opened.get(i));
        }
        this.batchBytes = new RocksBatch(columns, this::reaches);
        FileStorage storage = FileStorage.openExisting(Path.of(directory));
        TableFiles.check(database, storage, directory);
        this.room = new DeviceRoom(
                directory,
                storage::usableBytes,
                SystemWorld.openExisting(Path.of(directory)).scheduler().newWaiter());
    }

    /**
     * Opens the state in a directory, or creates it there; the directory's parent exists.
     *
     * @param logId the identity of the log that decides: a directory with the state of another one is refused
     * @throws StateException of kind LOCKED if it is open elsewhere, WRONG_LOG if it belongs to another log, CORRUPT if its files are not
     *     those that were written: nothing is removed or made anew then
     */
    public static RocksBackend open(Path directory, String logId, RocksConfig config) {
        NativeLibrary.load(directory);
        String path = directory.toString();
        NativeHandles handles = new NativeHandles();
        try {
            RocksBackend backend = new RocksBackend(logId, path, handles, config);
            backend.claim();
            return backend;
        } catch (RocksDBException e) {
            handles.close();
            throw RocksErrors.translate("open", path, e);
        } catch (RuntimeException e) {
            handles.close();
            throw e;
        }
    }

    @Override
    public String logId() {
        return logId;
    }

    @Override
    public synchronized boolean hasStore(String store) {
        checkOpen();
        return columns.find(store) != null;
    }

    @Override
    public synchronized int openStore(String store) {
        checkOpen();
        if (columns.find(store) == null) {
            try {
                columns.add(store, newColumn(RocksColumns.STORE_PREFIX + store));
            } catch (RocksDBException e) {
                throw RocksErrors.translate("create store '" + store + "' of the", directory, e);
            }
        }
        return columns.number(store);
    }

    @Override
    public synchronized Optional<StoreManifest> manifest(int store) {
        checkOpen();
        return RocksIdentity.manifest(database, columns, store, directory);
    }

    @Override
    public synchronized void pin(int store, StoreManifest manifest) {
        checkOpen();
        try {
            byte[] text = manifest.toText().getBytes(StandardCharsets.UTF_8);
            database.put(columns.identity(), writeOptions, RocksIdentity.manifestKey(columns.nameBytes(store)), text);
            // Before there is anything to tell of.
            flushAll();
        } catch (RocksDBException e) {
            throw RocksErrors.translate("write", directory, e);
        }
    }

    @Override
    public Reader newReader(int partition) {
        return whileOpen(() -> {
            RocksReader reader = new RocksReader(database, columns, directory, partition, readers::remove);
            readers.add(reader);
            return reader;
        });
    }

    @Override
    public Reader newSnapshot(int partition) {
        return whileOpen(() -> {
            RocksReader reader = RocksReader.ofNow(database, columns, directory, partition, readers::remove);
            readers.add(reader);
            return reader;
        });
    }

    @Override
    public synchronized OptionalLong position(int store, int partition) {
        checkOpen();
        byte[] key = new BytesWriter()
                .putInt(partition)
                .putBytes(columns.nameBytes(store))
                .toByteArray();
        try {
            byte[] position = database.get(columns.positions(), key);
            return position == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(BytesView.of(position).getLong(0));
        } catch (RocksDBException e) {
            throw RocksErrors.translate("read", directory, e);
        }
    }

    @Override
    public synchronized List<StoredPartition> stored() {
        checkOpen();
        return StoredPositions.read(database, columns.positions(), directory);
    }

    @Override
    public synchronized void write(Batch batch) {
        checkOpen();
        try (WriteBatch encoded = new WriteBatch(batchBytes.encode(batch))) {
            room.run(
                    writeBufferBytes() + encoded.getDataSize(),
                    fileBytes(),
                    () -> database.write(writeOptions, encoded));
            // RocksDB begins to flush full write buffers by itself; a device that is too slow for that holds up the
            // writer (K5).
            if (replay.offsets() > REPLAY_LIMIT_OFFSETS || writeBufferBytes() > config.writeBufferBytes()) {
                flushAll();
            }
        } catch (RocksDBException e) {
            throw RocksErrors.translate("write", directory, e);
        } finally {
            unflushedOffsets = replay.offsets();
        }
    }

    @Override
    public long unflushedOffsets() {
        return unflushedOffsets;
    }

    /**
     * {@inheritDoc}
     *
     * <p>By hard links where the file system is the same, so that it costs next to nothing at first. {@link #open} opens it; what was committed
     * later is then replayed. {@code StateDatabase.snapshot} first brings everything that is committed here.
     */
    @Override
    public synchronized List<StoredPartition> snapshot(Path target) {
        checkOpen();
        if (isWithinState(target)) {
            throw new IllegalArgumentException("The snapshot's directory " + target
                    + " is within the state that it is to be of, in " + directory
                    + ", whose files are RocksDB's alone: choose a directory beside it");
        }
        try (Checkpoint checkpoint = Checkpoint.create(database)) {
            flushAll();
            List<StoredPartition> copied = stored();
            checkpoint.createCheckpoint(target.toString());
            copied.sort(Comparator.comparing(StoredPartition::store).thenComparing(StoredPartition::partition));
            return copied;
        } catch (RocksDBException e) {
            throw RocksErrors.translateSnapshot(target.toString(), directory, e);
        }
    }

    private boolean isWithinState(Path target) {
        Path state = Path.of(directory).toAbsolutePath().normalize();
        return target.toAbsolutePath().normalize().startsWith(state);
    }

    @Override
    public StateMemory.BackendMemory memory() {
        return whileOpen(() -> {
            try {
                long tables = database.getAggregatedLongProperty("rocksdb.estimate-table-readers-mem");
                return new StateMemory.BackendMemory(
                        cache.getUsage() + tables, cache.getPinnedUsage(), writeBufferBytes(), config.memoryBytes());
            } catch (RocksDBException e) {
                throw RocksErrors.translate("measure", directory, e);
            }
        });
    }

    @Override
    public long sizeBytes() {
        return whileOpen(() -> {
            try {
                return database.getAggregatedLongProperty("rocksdb.live-sst-files-size") + writeBufferBytes();
            } catch (RocksDBException e) {
                throw RocksErrors.translate("measure", directory, e);
            }
        });
    }

    @Override
    public synchronized void flush() {
        checkOpen();
        try {
            flushAll();
        } catch (RocksDBException e) {
            throw RocksErrors.translate("flush", directory, e);
        }
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            noMoreReaders();
            List.copyOf(readers).forEach(RocksReader::close);
            try {
                flushAll();
            } catch (RocksDBException e) {
                throw RocksErrors.translate("close", directory, e);
            } finally {
                handles.close();
            }
        }
    }

    /** Native handles that are open, for a test to count: those of the database, and one a reader. */
    synchronized int openHandles() {
        return handles.count() + readers.size();
    }

    /** Whether a compaction is under way, for a test to aim at. */
    synchronized boolean isCompacting() {
        checkOpen();
        try {
            return database.getLongProperty("rocksdb.num-running-compactions") > 0;
        } catch (RocksDBException e) {
            throw RocksErrors.translate("measure", directory, e);
        }
    }

    /** Does something while no flush or compaction is under way and none begins, for a test to find files that belong together. */
    synchronized void whileAtRest(Runnable action) {
        checkOpen();
        try {
            database.pauseBackgroundWork();
            try {
                action.run();
            } finally {
                database.continueBackgroundWork();
            }
        } catch (RocksDBException e) {
            throw RocksErrors.translate("pause", directory, e);
        }
    }

    /** Makes sure that the directory is this log's (K3). */
    private void claim() throws RocksDBException {
        String owner = RocksIdentity.logId(database, columns.identity());
        if (owner == null) {
            database.put(
                    columns.identity(), writeOptions, RocksIdentity.LOG_ID, logId.getBytes(StandardCharsets.UTF_8));
            // Before there is anything to own.
            flushAll();
        } else if (!logId.equals(owner)) {
            throw new StateException(
                    Kind.WRONG_LOG,
                    "The state in " + directory + " belongs to log " + owner + ", not to log " + logId
                            + "; give this application the directory of its own log, or an empty one");
        }
    }

    private long writeBufferBytes() throws RocksDBException {
        return database.getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables");
    }

    private long fileBytes() throws RocksDBException {
        return database.getAggregatedLongProperty("rocksdb.live-sst-files-size");
    }

    private void flushAll() throws RocksDBException {
        room.run(writeBufferBytes(), fileBytes(), () -> database.flush(flushOptions, columns.all()));
        replay.allFlushed();
        unflushedOffsets = 0;
    }

    /** A batch is about to bring a place to a position; what is in the database for a place that is new here was there at opening. */
    private void reaches(int store, int partition, long position) {
        if (position == RocksBatch.DROPPED) {
            replay.dropped(store, partition);
            return;
        }
        if (!replay.knows(store, partition)) {
            replay.flushed(store, partition, position(store, partition).orElse(0));
        }
        replay.written(store, partition, position);
    }

    private ColumnFamilyHandle newColumn(String name) throws RocksDBException {
        return handles.own(database.createColumnFamily(
                new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), columnOptions)));
    }

    /** Whether a database was ever opened in a directory: it leaves a file of its options, whatever else is lost. */
    private static boolean hadDatabase(String directory) {
        try {
            return !OptionsUtil.getLatestOptionsFileName(directory, Env.getDefault())
                    .isEmpty();
        } catch (RocksDBException e) {
            // Such a file, or the directory, is not there.
            return false;
        }
    }

    private void noMoreReaders() {
        life.writeLock().lock();
        try {
            isClosed = true;
        } finally {
            life.writeLock().unlock();
        }
    }

    private <T> T whileOpen(Supplier<T> action) {
        life.readLock().lock();
        try {
            checkOpen();
            return action.get();
        } finally {
            life.readLock().unlock();
        }
    }

    private void checkOpen() {
        if (isClosed) {
            throw new StateException(Kind.CLOSED, "The state in " + directory + " is closed");
        }
    }
}
