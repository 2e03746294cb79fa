package io.millrace.dsl.operator;

import io.millrace.dsl.Change;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a row was to the key that it leaves, and what it is to the key that it comes to; first what leaves. If that is one key, both go in one
 * record, so that its value is never seen in between.
 */
record RegroupOperator(
        BiFunction<Object, Object, Object> keyFunction, BiFunction<Object, Object, Object> valueFunction, Operator next)
        implements TableOperator {
    @Override
    public void change(Object key, @Nullable Object before, @Nullable Object after, RecordContext context) {
        Object left = before == null ? null : valueFunction.apply(key, before);
        Object come = after == null ? null : valueFunction.apply(key, after);
        Object from = left == null || before == null ? null : keyFunction.apply(key, before);
        Object to = come == null || after == null ? null : keyFunction.apply(key, after);
        if (after != null && to == null) {
            context.countDropped();
        }
        if (from != null && from.equals(to)) {
            next.accept(from, new Change<>(left, come), context);
            return;
        }
        if (from != null) {
            next.accept(from, new Change<>(left, null), context);
        }
        if (to != null) {
            next.accept(to, new Change<>(null, come), context);
        }
    }

    /** A group has what the rows are now. */
    @Override
    public void changePast(Object key, @Nullable Object after, RecordContext context) {
        context.countDropped();
    }
}
