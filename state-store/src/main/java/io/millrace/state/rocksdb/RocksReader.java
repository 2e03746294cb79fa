package io.millrace.state.rocksdb;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.StateBackend;
import io.millrace.state.StateException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** Reads one partition; one thread, and the one that closes: the monitor keeps it out of RocksDB once the database is closed (K4). */
final class RocksReader implements StateBackend.Reader {
    private static final int INITIAL_VALUE_SIZE = 1024;
    private static final BytesView EMPTY = new BytesView();

    private final RocksDB database;
    private final RocksColumns columns;
    private final String directory;
    private final int partition;
    private final Consumer<RocksReader> onClose;
    private final ReadOptions options;
    private final BytesWriter key = new BytesWriter();
    private byte[] value = new byte[INITIAL_VALUE_SIZE];
    private @Nullable Snapshot snapshot;
    private boolean isClosed;

    RocksReader(
            RocksDB database, RocksColumns columns, String directory, int partition, Consumer<RocksReader> onClose) {
        this.database = database;
        this.columns = columns;
        this.directory = directory;
        this.partition = partition;
        this.onClose = onClose;
        this.options = new ReadOptions();
    }

    /** The same, of what is in the database now; it stays so until closed. */
    static RocksReader ofNow(
            RocksDB database, RocksColumns columns, String directory, int partition, Consumer<RocksReader> onClose) {
        RocksReader reader = new RocksReader(database, columns, directory, partition, onClose);
        reader.snapshot = database.getSnapshot();
        reader.options.setSnapshot(reader.snapshot);
        return reader;
    }

    @Override
    public synchronized boolean get(int store, BytesView userKey, BytesWriter into) {
        checkOpen();
        prefixed(userKey);
        try {
            int size = read(store);
            if (size > value.length) {
                value = new byte[Math.max(size, value.length * 2)];
                size = read(store);
            }
            if (size == RocksDB.NOT_FOUND) {
                return false;
            }
            into.putBytes(value, 0, size);
            return true;
        } catch (RocksDBException e) {
            throw RocksErrors.translate("read", directory, e);
        }
    }

    @Override
    public synchronized void scan(
            int store, KeyRange range, ScanDirection direction, StateBackend.EntryVisitor visitor) {
        checkOpen();
        if (range.isEmpty()) {
            return;
        }
        try (Slice from = new Slice(
                        prefixed(range.from() == null ? EMPTY : range.from()).toByteArray());
                Slice to = new Slice(
                        range.to() == null
                                ? partitionEnd()
                                : prefixed(range.to()).toByteArray());
                ReadOptions bounded =
                        new ReadOptions(options).setIterateLowerBound(from).setIterateUpperBound(to);
                RocksIterator iterator = database.newIterator(columns.handle(store), bounded)) {
            if (direction == ScanDirection.FORWARD) {
                iterator.seekToFirst();
            } else {
                iterator.seekToLast();
            }
            visit(iterator, direction, visitor);
            iterator.status();
        } catch (RocksDBException e) {
            throw RocksErrors.translate("scan", directory, e);
        }
    }

    /** RocksDB knows the entries of all partitions, and what part of the bytes is this one's. */
    @Override
    public synchronized long approximateCount(int store) {
        checkOpen();
        try (Slice first = new Slice(new byte[0]);
                Slice last = new Slice(key.clear().putInt(-1).putInt(-1).toByteArray());
                Slice from = new Slice(prefixed(EMPTY).toByteArray());
                Slice to = new Slice(partitionEnd())) {
            ColumnFamilyHandle column = columns.handle(store);
            long entries = database.getLongProperty(column, "rocksdb.estimate-num-keys");
            long[] bytes = database.getApproximateSizes(
                    column,
                    List.of(new Range(first, last), new Range(from, to)),
                    SizeApproximationFlag.INCLUDE_FILES,
                    SizeApproximationFlag.INCLUDE_MEMTABLES);
            return bytes[0] == 0 ? 0 : Math.round((double) entries * bytes[1] / bytes[0]);
        } catch (RocksDBException e) {
            throw RocksErrors.translate("count", directory, e);
        }
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            options.close();
            if (snapshot != null) {
                database.releaseSnapshot(snapshot);
            }
            onClose.accept(this);
        }
    }

    private static void visit(RocksIterator iterator, ScanDirection direction, StateBackend.EntryVisitor visitor) {
        BytesView entryKey = new BytesView();
        BytesView entryValue = new BytesView();
        while (iterator.isValid()) {
            byte[] found = iterator.key();
            byte[] content = iterator.value();
            entryKey.wrap(found, Integer.BYTES, found.length - Integer.BYTES);
            if (!visitor.entry(entryKey, entryValue.wrap(content, 0, content.length))) {
                return;
            }
            if (direction == ScanDirection.FORWARD) {
                iterator.next();
            } else {
                iterator.prev();
            }
        }
    }

    private int read(int store) throws RocksDBException {
        return database.get(columns.handle(store), options, key.array(), 0, key.length(), value, 0, value.length);
    }

    private BytesWriter prefixed(BytesView userKey) {
        return key.clear().putInt(partition).putBytes(userKey);
    }

    /** The key after the partition's last: above every key of it, and at most the first of the next. */
    private byte[] partitionEnd() {
        return key.clear().putInt(partition + 1).toByteArray();
    }

    private void checkOpen() {
        if (isClosed) {
            throw new StateException(StateException.Kind.CLOSED, "The state in " + directory + " is closed");
        }
    }
}
