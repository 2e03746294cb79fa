package io.millrace.dsl.operator;

import java.util.function.BiConsumer;

/** Shows each record to an action. */
record PeekOperator(BiConsumer<Object, Object> action, Operator next) implements Operator {
    @Override
    public void accept(Object key, Object value, RecordContext context) {
        action.accept(key, value);
        next.accept(key, value, context);
    }
}
