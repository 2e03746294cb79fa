package io.millrace.state.rocksdb;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.StateBackend;
import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoredPartition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Range;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;

/**
 * The state in a directory as it lies there at the moment of opening, for reading only; another process may own it, and does not notice.
 * Nothing is locked, created or written in the directory. Safe for use by several threads, but for the readers, which have one owner each.
 *
 * <p>What is seen is what the owner has flushed, in all stores at the same batch (K1): the positions say how far that is. What the owner has
 * committed since is in its memory and in the log.
 *
 * <p>All files are opened at once and stay open (K6), so that the owner may compact them away meanwhile. {@code docs/adr/0009-state-is-read-beside-its-owner.md}
 * says why this is no secondary instance of RocksDB.
 */
public final class ReadOnlyRocks implements AutoCloseable {
    /** Each fails only if the owner removed another file since the one before. */
    private static final int MOST_ATTEMPTS = 20;

    private final String directory;
    private final NativeHandles handles;
    private final RocksDB database;
    private final RocksColumns columns;
    private final List<String> stores = new ArrayList<>();
    private final Set<RocksReader> readers = ConcurrentHashMap.newKeySet();
    private boolean isClosed;

    private ReadOnlyRocks(String directory, NativeHandles handles) throws RocksDBException {
        this.directory = directory;
        this.handles = handles;
        ColumnFamilyOptions columnOptions = handles.own(new ColumnFamilyOptions());
        List<ColumnFamilyDescriptor> present = RocksColumns.present(directory, columnOptions);
        DBOptions options = handles.own(new DBOptions()).setMaxOpenFiles(-1);
        List<ColumnFamilyHandle> opened = new ArrayList<>();
        this.database = handles.own(RocksDB.openReadOnly(options, directory, present, opened));
        opened.forEach(handles::own);
        // Only now: of a damaged list of files, the listing above is as short as that of another database.
        if (present.size() < 2 || !RocksColumns.isPositions(present.get(1))) {
            throw new StateException(
                    Kind.NO_STATE,
                    "There is no state in " + directory
                            + ": it is a database of something else, or none was written yet");
        }
        this.columns = new RocksColumns(opened.get(0), opened.get(1));
        for (int i = 2; i < opened.size(); i++) {
            String store = RocksColumns.storeName(present.get(i));
            columns.add(store, opened.get(i));
            stores.add(store);
        }
        stores.sort(null);
        stores.forEach(columns::number);
    }

    /**
     * Opens the state in a directory.
     *
     * @param scratch an existing directory to which RocksDB's library is unpacked, if this process has not loaded it yet
     * @throws StateException of kind NO_STATE if there is none, CORRUPT if files of it are damaged or missing
     */
    public static ReadOnlyRocks open(Path directory, Path scratch) {
        NativeLibrary.loadFrom(scratch);
        String path = directory.toString();
        String former = "";
        for (int attempt = 1; ; attempt++) {
            NativeHandles handles = new NativeHandles();
            try {
                return new ReadOnlyRocks(path, handles);
            } catch (RocksDBException e) {
                handles.close();
                // An owner removes a file only after it has said that it does not need it any more: what is missing a
                // second time, or damaged, is not on its way out.
                if (attempt == MOST_ATTEMPTS || former.equals(e.getMessage())) {
                    throw RocksErrors.translateReading(path, e);
                }
                former = String.valueOf(e.getMessage());
            } catch (RuntimeException e) {
                handles.close();
                throw e;
            }
        }
    }

    /** The log whose state this is; empty if the owner died before it had said so. */
    public synchronized Optional<String> logId() {
        checkOpen();
        try {
            return Optional.ofNullable(RocksIdentity.logId(database, columns.identity()));
        } catch (RocksDBException e) {
            throw RocksErrors.translateReading(directory, e);
        }
    }

    /** The names of the stores, sorted. */
    public List<String> stores() {
        return List.copyOf(stores);
    }

    /** The number by which {@link StateBackend.Reader} names a store. */
    public int number(String store) {
        int number = stores.indexOf(store);
        if (number < 0) {
            throw new IllegalArgumentException("There is no store '" + store + "' in " + directory + ": " + stores);
        }
        return number;
    }

    /** What was pinned to a store; empty if the owner died before. @throws StateException of kind CORRUPT if it cannot be told */
    public synchronized Optional<StoreManifest> manifest(String store) {
        checkOpen();
        return RocksIdentity.manifest(database, columns, number(store), directory);
    }

    /** Everything that has a position, sorted by partition and store. */
    public synchronized List<StoredPartition> stored() {
        checkOpen();
        return StoredPositions.read(database, columns.positions(), directory);
    }

    /**
     * The partitions of a store that have entries, with a position or without, sorted. Reads an entry of each.
     *
     * @throws StateException of kind CORRUPT if what has to be read is damaged
     */
    public synchronized List<Integer> partitionsWithEntries(String store) {
        checkOpen();
        List<Integer> partitions = new ArrayList<>();
        try (RocksIterator iterator = database.newIterator(columns.handle(number(store)))) {
            iterator.seekToFirst();
            while (iterator.isValid()) {
                int partition = BytesView.of(iterator.key()).getInt(0);
                partitions.add(partition);
                if (partition == Integer.MAX_VALUE) {
                    break;
                }
                iterator.seek(new BytesWriter().putInt(partition + 1).toByteArray());
            }
            iterator.status();
            return partitions;
        } catch (RocksDBException e) {
            throw RocksErrors.translateReading(directory, e);
        }
    }

    /** A reader of one partition's content; closed with this at the latest. */
    public synchronized StateBackend.Reader newReader(int partition) {
        checkOpen();
        RocksReader reader = new RocksReader(database, columns, directory, partition, readers::remove);
        readers.add(reader);
        return reader;
    }

    /** About how many bytes a partition of a store takes on disk. */
    public synchronized long approximateBytes(String store, int partition) {
        checkOpen();
        try (Slice from = new Slice(new BytesWriter().putInt(partition).toByteArray());
                Slice to = new Slice(new BytesWriter().putInt(partition + 1).toByteArray())) {
            return database.getApproximateSizes(
                            columns.handle(number(store)),
                            List.of(new Range(from, to)),
                            SizeApproximationFlag.INCLUDE_FILES)[0];
        }
    }

    /** The sorted files of a store, in no particular order. */
    public synchronized List<StoreFile> files(String store) {
        checkOpen();
        List<StoreFile> files = new ArrayList<>();
        for (LiveFileMetaData file : database.getLiveFilesMetaData()) {
            String column = new String(file.columnFamilyName(), StandardCharsets.UTF_8);
            if (column.equals(RocksColumns.STORE_PREFIX + store)) {
                files.add(new StoreFile(
                        file.fileName(),
                        file.level(),
                        file.size(),
                        BytesView.of(file.smallestKey()).getInt(0),
                        BytesView.of(file.largestKey()).getInt(0)));
            }
        }
        return files;
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            List.copyOf(readers).forEach(RocksReader::close);
            handles.close();
        }
    }

    private void checkOpen() {
        if (isClosed) {
            throw new StateException(Kind.CLOSED, "The state in " + directory + " is closed");
        }
    }
}
