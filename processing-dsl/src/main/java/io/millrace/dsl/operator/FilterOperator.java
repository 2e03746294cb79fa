package io.millrace.dsl.operator;

import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Lets through what the predicate accepts. */
record FilterOperator(BiPredicate<Object, Object> predicate, Operator next) implements Operator {
    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        if (predicate.test(key, value)) {
            next.accept(key, value, context);
        }
    }
}
