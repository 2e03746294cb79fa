package io.millrace.dsl.operator;

import io.millrace.state.Timestamped;
import io.millrace.state.time.RecordStore;
import io.millrace.state.time.Windowed;
import org.jspecify.annotations.Nullable;

/** The values of windows that slide along with the records. */
final class SlidingWindowLookup implements TableLookup {
    private final RecordStore<Object, Timestamped<Object>> store;
    private long timestamp = NO_TIMESTAMP;

    SlidingWindowLookup(RecordStore<Object, Timestamped<Object>> store) {
        this.store = store;
    }

    @Override
    public @Nullable Object find(Object key) {
        Windowed<?> window = (Windowed<?>) key;
        Timestamped<Object> found = store.get(SlidingWindowOperator.place(window.key(), window.start()));
        timestamp = found == null ? NO_TIMESTAMP : found.timestamp();
        return StoredTable.valueOf(found);
    }

    @Override
    public long timestamp() {
        return timestamp;
    }
}
