package io.millrace.dsl.operator;

import io.millrace.state.KeyValueStore;
import io.millrace.state.Timestamped;
import org.jspecify.annotations.Nullable;

/** Rows of a table that has a store. */
final class StoreLookup implements TableLookup {
    private final KeyValueStore<Object, Timestamped<Object>> store;
    private long timestamp = NO_TIMESTAMP;

    StoreLookup(KeyValueStore<Object, Timestamped<Object>> store) {
        this.store = store;
    }

    @Override
    public @Nullable Object find(Object key) {
        Timestamped<Object> found = store.get(key);
        timestamp = found == null ? NO_TIMESTAMP : found.timestamp();
        return found == null ? null : found.value();
    }

    @Override
    public long timestamp() {
        return timestamp;
    }
}
