package io.millrace.dsl.operator;

import io.millrace.state.KeyValueStore;
import io.millrace.state.Timestamped;
import org.jspecify.annotations.Nullable;

/** Keeps a table's rows without a history, so it is the order of coming that counts. */
record MaterializeOperator(KeyValueStore<Object, Timestamped<Object>> store, Operator next)
        implements KeptTableOperator {
    @Override
    public void put(Object key, @Nullable Object after, RecordContext context) {
        Timestamped<Object> stored = store.get(key);
        StoredTable.put(store, key, stored, after, context.timestamp());
        next.change(key, StoredTable.valueOf(stored), after, context);
    }
}
