package io.millrace.dsl.operator;

import org.jspecify.annotations.Nullable;

/** An operator that needs to know what a row was before. */
interface TableOperator extends Operator {
    @Override
    void change(Object key, @Nullable Object before, @Nullable Object after, RecordContext context);

    @Override
    void changePast(Object key, @Nullable Object after, RecordContext context);

    @Override
    default void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        throw new IllegalStateException("Changes of a table come here, and no records");
    }
}
