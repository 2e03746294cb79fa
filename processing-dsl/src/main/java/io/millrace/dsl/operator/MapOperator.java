package io.millrace.dsl.operator;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A new key and a new value. */
record MapOperator(
        BiFunction<Object, Object, Object> keyFunction, BiFunction<Object, Object, Object> valueFunction, Operator next)
        implements Operator {
    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        next.accept(keyFunction.apply(key, value), valueFunction.apply(key, value), context);
    }
}
