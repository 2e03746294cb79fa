package io.millrace.dsl.operator;

import io.millrace.state.KeyValueStore;
import io.millrace.state.Timestamped;
import org.jspecify.annotations.Nullable;

/** Keeps a table's rows; what was before is what is kept, whatever the change says. */
record MaterializeOperator(KeyValueStore<Object, Timestamped<Object>> store, Operator next) implements TableOperator {
    @Override
    public void change(Object key, @Nullable Object ignored, @Nullable Object after, RecordContext context) {
        Timestamped<Object> stored = store.get(key);
        StoredTable.put(store, key, stored, after, context.timestamp());
        next.change(key, StoredTable.valueOf(stored), after, context);
    }
}
