package io.millrace.dsl.operator;

import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Tells of the rows that the predicate accepts; of one that it accepts no longer, that it is gone. */
record TableFilterOperator(BiPredicate<Object, Object> predicate, Operator next) implements TableOperator {
    @Override
    public void change(Object key, @Nullable Object before, @Nullable Object after, RecordContext context) {
        Object acceptedBefore = accepted(key, before);
        Object acceptedAfter = accepted(key, after);
        if (acceptedBefore != null || acceptedAfter != null) {
            next.change(key, acceptedBefore, acceptedAfter, context);
        }
    }

    private @Nullable Object accepted(Object key, @Nullable Object value) {
        return value != null && predicate.test(key, value) ? value : null;
    }
}
