package io.millrace.dsl.operator;

import org.jspecify.annotations.Nullable;

/** An operator that keeps a table's rows: what was before is what it keeps, whatever the change says. */
interface KeptTableOperator extends TableOperator {
    /** Keeps what the key has now, or had at the present timestamp. */
    void put(Object key, @Nullable Object after, RecordContext context);

    @Override
    default void change(Object key, @Nullable Object ignored, @Nullable Object after, RecordContext context) {
        put(key, after, context);
    }

    @Override
    default void changePast(Object key, @Nullable Object after, RecordContext context) {
        put(key, after, context);
    }
}
