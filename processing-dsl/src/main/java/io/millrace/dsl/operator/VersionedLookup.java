package io.millrace.dsl.operator;

import io.millrace.state.Timestamped;
import io.millrace.state.time.VersionedStore;
import org.jspecify.annotations.Nullable;

/** Rows of a versioned table. */
final class VersionedLookup implements TableLookup {
    private final VersionedStore<Object, Object> store;
    private final RecordContext context;
    private long timestamp = NO_TIMESTAMP;

    VersionedLookup(VersionedStore<Object, Object> store, RecordContext context) {
        this.store = store;
        this.context = context;
    }

    @Override
    public @Nullable Object find(Object key) {
        return found(store.get(key));
    }

    @Override
    public @Nullable Object find(Object key, long asOf) {
        // Else it would depend on the last change, or the last commit, how far back it goes (O12).
        store.advanceTo(context.settledWatermark());
        return found(store.get(key, asOf));
    }

    private @Nullable Object found(@Nullable Timestamped<Object> found) {
        timestamp = found == null ? NO_TIMESTAMP : found.timestamp();
        return StoredTable.valueOf(found);
    }

    @Override
    public long timestamp() {
        return timestamp;
    }
}
