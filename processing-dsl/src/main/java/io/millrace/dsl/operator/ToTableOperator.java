package io.millrace.dsl.operator;

import io.millrace.state.KeyValueStore;
import io.millrace.state.Timestamped;
import org.jspecify.annotations.Nullable;

/** Keeps the newest value of each key, in the order of the input; a record without a value deletes its key. */
record ToTableOperator(KeyValueStore<Object, Timestamped<Object>> store, Operator next) implements Operator {
    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        if (key == null) {
            context.countDropped();
            return;
        }
        Timestamped<Object> stored = store.get(key);
        StoredTable.put(store, key, stored, value, context.timestamp());
        next.change(key, StoredTable.valueOf(stored), value, context);
    }
}
