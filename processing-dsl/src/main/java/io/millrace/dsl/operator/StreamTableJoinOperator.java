package io.millrace.dsl.operator;

import io.millrace.dsl.JoinKind;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Joins each record with the row that its key has now. */
record StreamTableJoinOperator(
        JoinKind kind, BiFunction<Object, Object, Object> joiner, TableLookup table, Operator next)
        implements Operator {
    @Override
    @SuppressWarnings("NullAway") // the joiner of a left join knows that the row may be missing
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        boolean needsRow = kind == JoinKind.INNER;
        if (value == null || (key == null && needsRow)) {
            context.countDropped();
            return;
        }
        Object row = key == null ? null : table.find(key);
        if (row != null || !needsRow) {
            next.accept(key, joiner.apply(value, row), context);
        }
    }
}
