package io.millrace.dsl.operator;

import io.millrace.dsl.Aggregator;
import io.millrace.state.KeyValueStore;
import java.util.function.Supplier;

/** Keeps one value per key and hands on each new one. */
record AggregateOperator(
        KeyValueStore<Object, Object> store,
        Supplier<Object> initial,
        Aggregator<Object, Object, Object> aggregator,
        Operator next)
        implements Operator {
    @Override
    public void accept(Object key, Object value, RecordContext context) {
        Object before = store.get(key);
        Object after = aggregator.add(key, value, before == null ? initial.get() : before);
        store.put(key, after);
        next.accept(key, after, context);
    }
}
