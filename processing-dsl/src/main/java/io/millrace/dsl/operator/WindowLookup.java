package io.millrace.dsl.operator;

import io.millrace.state.Timestamped;
import io.millrace.state.time.WindowStore;
import io.millrace.state.time.Windowed;
import org.jspecify.annotations.Nullable;

/** The values of windows that have not closed. */
final class WindowLookup implements TableLookup {
    private final WindowStore<Object, Timestamped<Object>> store;
    private long timestamp = NO_TIMESTAMP;

    WindowLookup(WindowStore<Object, Timestamped<Object>> store) {
        this.store = store;
    }

    @Override
    public @Nullable Object find(Object key) {
        Windowed<?> window = (Windowed<?>) key;
        Timestamped<Object> found = store.fetch(window.key(), window.start());
        timestamp = found == null ? NO_TIMESTAMP : found.timestamp();
        return StoredTable.valueOf(found);
    }

    @Override
    public long timestamp() {
        return timestamp;
    }
}
