package io.millrace.dsl.operator;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Shows each record to an action. */
record PeekOperator(BiConsumer<Object, Object> action, Operator next) implements Operator {
    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        action.accept(key, value);
        next.accept(key, value, context);
    }
}
