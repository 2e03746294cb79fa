package io.millrace.dsl.operator;

import io.millrace.dsl.Change;
import io.millrace.state.KeyValueStore;
import io.millrace.state.Timestamped;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** As {@link AggregateChangesOperator}, beginning with the first value. */
record ReduceChangesOperator(
        KeyValueStore<Object, Timestamped<Object>> store,
        BinaryOperator<Object> adder,
        BinaryOperator<Object> subtractor,
        Operator next)
        implements Operator {
    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        if (key == null || !(value instanceof Change<?> change)) {
            context.countDropped();
            return;
        }
        Timestamped<Object> stored = store.get(key);
        Object before = StoredTable.valueOf(stored);
        Object left = change.before();
        Object come = change.after();
        Object after = left == null || before == null ? before : subtractor.apply(before, left);
        if (come != null) {
            after = after == null ? come : adder.apply(after, come);
        }
        long timestamp = StoredTable.later(stored, context.timestamp());
        StoredTable.put(store, key, stored, after, timestamp);
        context.change(next, key, before, after, timestamp);
    }
}
