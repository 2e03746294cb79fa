package io.millrace.state.rocksdb;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.StateBackend;
import io.millrace.state.StateException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** Reads one partition; one thread, and the one that closes: the monitor keeps it out of RocksDB once the database is closed (K4). */
final class RocksReader implements StateBackend.Reader {
    private static final int INITIAL_VALUE_SIZE = 1024;

    private final RocksDB database;
    private final RocksColumns columns;
    private final String directory;
    private final int partition;
    private final Consumer<RocksReader> onClose;
    private final ReadOptions options;
    private final BytesWriter key = new BytesWriter();
    private byte[] value = new byte[INITIAL_VALUE_SIZE];
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
            int store, @Nullable BytesView from, @Nullable BytesView to, StateBackend.EntryVisitor visitor) {
        checkOpen();
        byte[] start = prefixed(from == null ? new BytesView() : from).toByteArray();
        try (Slice end = new Slice(to == null ? partitionEnd() : prefixed(to).toByteArray());
                ReadOptions bounded = new ReadOptions().setIterateUpperBound(end);
                RocksIterator iterator = database.newIterator(columns.handle(store), bounded)) {
            BytesView entryKey = new BytesView();
            BytesView entryValue = new BytesView();
            boolean goOn = true;
            for (iterator.seek(start); goOn && iterator.isValid(); iterator.next()) {
                byte[] found = iterator.key();
                byte[] content = iterator.value();
                goOn = visitor.entry(
                        entryKey.wrap(found, Integer.BYTES, found.length - Integer.BYTES),
                        entryValue.wrap(content, 0, content.length));
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw RocksErrors.translate("scan", directory, e);
        }
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            options.close();
            onClose.accept(this);
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
