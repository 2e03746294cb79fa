package io.millrace.dsl.operator;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Any number of values from key and value. */
record FlatMapValuesOperator(BiFunction<Object, Object, Iterable<Object>> function, Operator next) implements Operator {
    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        for (Object each : function.apply(key, value)) {
            next.accept(key, each, context);
        }
    }
}
