package io.millrace.dsl.operator;

import io.millrace.state.KeyValueStore;
import io.millrace.state.Timestamped;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** As {@link AggregateOperator}, beginning with the first value. */
record ReduceOperator(KeyValueStore<Object, Timestamped<Object>> store, BinaryOperator<Object> reducer, Operator next)
        implements Operator {
    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        if (key == null || value == null) {
            context.countDropped();
            return;
        }
        Timestamped<Object> stored = store.get(key);
        Object before = StoredTable.valueOf(stored);
        Object after = before == null ? value : reducer.apply(before, value);
        long timestamp = StoredTable.later(stored, context.timestamp());
        StoredTable.put(store, key, stored, after, timestamp);
        context.change(next, key, before, after, timestamp);
    }
}
