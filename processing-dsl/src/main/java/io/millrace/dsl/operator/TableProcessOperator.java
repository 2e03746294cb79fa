package io.millrace.dsl.operator;

import io.millrace.dsl.TableProcessor;
import io.millrace.state.KeyValueStore;
import io.millrace.state.Timestamped;
import org.jspecify.annotations.Nullable;

/** Keeps what a user's processor makes of each row: what a row was before it was told of is not computed again, since the processor may keep something. */
record TableProcessOperator(
        KeyValueStore<Object, Timestamped<Object>> store,
        TableProcessor<Object, Object, Object> processor,
        Operator next)
        implements KeptTableOperator {
    @Override
    public void put(Object key, @Nullable Object after, RecordContext context) {
        Timestamped<Object> stored = store.get(key);
        Object result = processor.process(key, after, context);
        StoredTable.put(store, key, stored, result, context.timestamp());
        next.change(key, StoredTable.valueOf(stored), result, context);
    }
}
