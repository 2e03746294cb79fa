package io.millrace.dsl.operator;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Tells of each row with another value. */
record TableMapValuesOperator(BiFunction<Object, Object, Object> function, Operator next) implements TableOperator {
    @Override
    public void change(Object key, @Nullable Object before, @Nullable Object after, RecordContext context) {
        next.change(key, mapped(key, before), mapped(key, after), context);
    }

    @Override
    public void changePast(Object key, @Nullable Object after, RecordContext context) {
        next.changePast(key, mapped(key, after), context);
    }

    private @Nullable Object mapped(Object key, @Nullable Object value) {
        return value == null ? null : function.apply(key, value);
    }
}
