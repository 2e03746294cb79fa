package io.millrace.state.rocksdb;

import io.millrace.serde.BytesView;
import io.millrace.state.StoredPartition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Reads the column family of positions, in which a time follows its position ({@link RocksBatch}). */
final class StoredPositions {
    private StoredPositions() {}

    static List<StoredPartition> read(RocksDB database, ColumnFamilyHandle positions, String directory) {
        List<StoredPartition> stored = new ArrayList<>();
        try (RocksIterator iterator = database.newIterator(positions)) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                byte[] key = iterator.key();
                long value = BytesView.of(iterator.value()).getLong(0);
                int partition = BytesView.of(key).getInt(0);
                boolean isTime = key[key.length - 1] == 0;
                String store = new String(
                        key, Integer.BYTES, key.length - Integer.BYTES - (isTime ? 1 : 0), StandardCharsets.UTF_8);
                if (isTime) {
                    addTime(stored, store, partition, value);
                } else {
                    stored.add(new StoredPartition(store, partition, value, OptionalLong.empty()));
                }
            }
            iterator.status();
            return stored;
        } catch (RocksDBException e) {
            throw RocksErrors.translate("read", directory, e);
        }
    }

    private static void addTime(List<StoredPartition> stored, String store, int partition, long millis) {
        int last = stored.size() - 1;
        if (last >= 0
                && stored.get(last).partition() == partition
                && stored.get(last).store().equals(store)) {
            stored.set(
                    last, new StoredPartition(store, partition, stored.get(last).position(), OptionalLong.of(millis)));
        }
    }
}
