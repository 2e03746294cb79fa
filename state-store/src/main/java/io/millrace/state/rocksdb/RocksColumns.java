package io.millrace.state.rocksdb;

import io.millrace.serde.BytesView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * The column families of a database: {@code default} holds what the directory is, {@code millrace.positions} the positions, and
 * {@code store.NAME} one store each. Numbers of stores are given in the order of opening. Safe for use by several threads.
 */
final class RocksColumns {
    static final String POSITIONS = "millrace.positions";
    static final String STORE_PREFIX = "store.";

    private final ColumnFamilyHandle identity;
    private final ColumnFamilyHandle positions;
    private final Map<String, ColumnFamilyHandle> stores = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    /** Opened stores by number; replaced as a whole, so that readers need no lock. */
    private volatile List<Column> opened = List.of();

    private record Column(ColumnFamilyHandle handle, int id, BytesView name, BytesView used) {}

    RocksColumns(ColumnFamilyHandle identity, ColumnFamilyHandle positions) {
        this.identity = identity;
        this.positions = positions;
    }

    /** The default column family first, the positions next, then the stores; only the default one if there is no database yet. */
    static List<ColumnFamilyDescriptor> present(String directory, ColumnFamilyOptions options) throws RocksDBException {
        List<byte[]> names;
        try (Options listing = new Options()) {
            names = RocksDB.listColumnFamilies(listing, directory);
        }
        List<ColumnFamilyDescriptor> stores = new ArrayList<>();
        List<ColumnFamilyDescriptor> ordered = new ArrayList<>();
        ordered.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options));
        for (byte[] name : names) {
            String text = new String(name, StandardCharsets.UTF_8);
            if (text.startsWith(STORE_PREFIX)) {
                stores.add(new ColumnFamilyDescriptor(name, options));
            } else if (text.equals(POSITIONS)) {
                ordered.add(new ColumnFamilyDescriptor(name, options));
            }
        }
        ordered.addAll(stores);
        return ordered;
    }

    static boolean isPositions(ColumnFamilyDescriptor descriptor) {
        return POSITIONS.equals(new String(descriptor.getName(), StandardCharsets.UTF_8));
    }

    static String storeName(ColumnFamilyDescriptor descriptor) {
        return new String(descriptor.getName(), StandardCharsets.UTF_8).substring(STORE_PREFIX.length());
    }

    ColumnFamilyHandle identity() {
        return identity;
    }

    ColumnFamilyHandle positions() {
        return positions;
    }

    ColumnFamilyHandle handle(int store) {
        return opened.get(store).handle;
    }

    int id(int store) {
        return opened.get(store).id;
    }

    int positionsId() {
        return positions.getID();
    }

    /** The name with a zero byte behind it, which no name has. */
    BytesView usedBytes(int store) {
        return opened.get(store).used;
    }

    BytesView nameBytes(int store) {
        return opened.get(store).name;
    }

    /** All column families. */
    synchronized List<ColumnFamilyHandle> all() {
        List<ColumnFamilyHandle> all = new ArrayList<>(stores.values());
        all.add(positions);
        all.add(identity);
        return all;
    }

    /** The column family of a store, or null if there is none yet. */
    synchronized @Nullable ColumnFamilyHandle find(String store) {
        return stores.get(store);
    }

    synchronized void add(String store, ColumnFamilyHandle handle) {
        stores.put(store, handle);
    }

    /** The number of a store whose column family was added. */
    synchronized int number(String store) {
        Integer known = numbers.get(store);
        if (known != null) {
            return known;
        }
        ColumnFamilyHandle handle = stores.get(store);
        if (handle == null) {
            throw new IllegalArgumentException("Store '" + store + "' has no column family");
        }
        List<Column> more = new ArrayList<>(opened);
        more.add(new Column(
                handle,
                handle.getID(),
                BytesView.of(store.getBytes(StandardCharsets.UTF_8)),
                BytesView.of((store + '\0').getBytes(StandardCharsets.UTF_8))));
        opened = List.copyOf(more);
        numbers.put(store, more.size() - 1);
        return more.size() - 1;
    }
}
