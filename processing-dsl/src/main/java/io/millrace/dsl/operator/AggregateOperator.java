package io.millrace.dsl.operator;

import io.millrace.dsl.Aggregator;
import io.millrace.state.KeyValueStore;
import io.millrace.state.Timestamped;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one value per key and hands on each new one, with the greatest timestamp of what it is made of; none deletes the key. Records without
 * key or value are dropped, as in Kafka Streams.
 */
record AggregateOperator(
        KeyValueStore<Object, Timestamped<Object>> store,
        Supplier<Object> initial,
        Aggregator<Object, Object, Object> aggregator,
        Operator next)
        implements Operator {
    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        if (key == null || value == null) {
            context.countDropped();
            return;
        }
        Timestamped<Object> stored = store.get(key);
        Object before = StoredTable.valueOf(stored);
        Object after = aggregator.add(key, value, before == null ? initial.get() : before);
        long timestamp = StoredTable.later(stored, context.timestamp());
        StoredTable.put(store, key, stored, after, timestamp);
        context.change(next, key, before, after, timestamp);
    }
}
