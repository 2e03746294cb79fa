package io.millrace.dsl.operator;

import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells of the rows that the predicate accepts; of one that it accepts no longer, that it is gone.
 *
 * @param isVersioned whether the rows have a past: then it tells of all, since a row that is not there now may have been before
 */
record TableFilterOperator(BiPredicate<Object, Object> predicate, boolean isVersioned, Operator next)
        implements TableOperator {
    @Override
    public void change(Object key, @Nullable Object before, @Nullable Object after, RecordContext context) {
        Object acceptedBefore = accepted(key, before);
        Object acceptedAfter = accepted(key, after);
        if (acceptedBefore != null || acceptedAfter != null || isVersioned) {
            next.change(key, acceptedBefore, acceptedAfter, context);
        }
    }

    @Override
    public void changePast(Object key, @Nullable Object after, RecordContext context) {
        next.changePast(key, accepted(key, after), context);
    }

    private @Nullable Object accepted(Object key, @Nullable Object value) {
        return value != null && predicate.test(key, value) ? value : null;
    }
}
