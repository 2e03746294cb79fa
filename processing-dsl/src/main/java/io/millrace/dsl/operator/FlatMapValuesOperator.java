package io.millrace.dsl.operator;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Any number of values from key and value. */
record FlatMapValuesOperator(BiFunction<Object, Object, Iterable<Object>> function, Operator next) implements Operator {
    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        Iterable<Object> values = function.apply(key, value);
        if (values == null) {
            throw new IllegalStateException(
                    "The function of flatMapValues(...) returned null: return an empty list where there are no values");
        }
        for (Object each : values) {
            next.accept(key, each, context);
        }
    }
}
