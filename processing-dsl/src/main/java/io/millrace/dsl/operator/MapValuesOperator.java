package io.millrace.dsl.operator;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A new value from key and value. */
record MapValuesOperator(BiFunction<Object, Object, Object> function, Operator next) implements Operator {
    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        next.accept(key, function.apply(key, value), context);
    }
}
