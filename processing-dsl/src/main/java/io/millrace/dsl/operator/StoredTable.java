package io.millrace.dsl.operator;

import io.millrace.state.KeyValueStore;
import io.millrace.state.Timestamped;
import org.jspecify.annotations.Nullable;

/** How tables keep their rows. */
final class StoredTable {
    private StoredTable() {}

    static @Nullable Object valueOf(@Nullable Timestamped<Object> stored) {
        return stored == null ? null : stored.value();
    }

    /**
     * Keeps a row's new value.
     *
     * @param stored what is in the store
     */
    static void put(
            KeyValueStore<Object, Timestamped<Object>> store,
            Object key,
            @Nullable Timestamped<Object> stored,
            @Nullable Object value,
            long timestamp) {
        if (value != null) {
            store.put(key, new Timestamped<>(value, timestamp));
        } else if (stored != null) {
            store.delete(key);
        }
    }

    /** The timestamp of what is made of a row and something that comes. */
    static long later(@Nullable Timestamped<Object> stored, long timestamp) {
        return stored == null ? timestamp : Math.max(stored.timestamp(), timestamp);
    }
}
