package io.millrace.dsl.operator;

import io.millrace.dsl.Aggregator;
import io.millrace.dsl.Change;
import io.millrace.state.KeyValueStore;
import io.millrace.state.Timestamped;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps one value per group of a regrouped table: subtracts what leaves, then adds what comes. */
record AggregateChangesOperator(
        KeyValueStore<Object, Timestamped<Object>> store,
        Supplier<Object> initial,
        Aggregator<Object, Object, Object> adder,
        Aggregator<Object, Object, Object> subtractor,
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
        Object after = left == null || before == null ? before : subtractor.add(key, left, before);
        if (come != null) {
            after = adder.add(key, come, after == null ? initial.get() : after);
        }
        long timestamp = StoredTable.later(stored, context.timestamp());
        StoredTable.put(store, key, stored, after, timestamp);
        context.change(next, key, before, after, timestamp);
    }
}
