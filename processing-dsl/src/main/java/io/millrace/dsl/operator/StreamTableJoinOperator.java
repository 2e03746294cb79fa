package io.millrace.dsl.operator;

import io.millrace.dsl.JoinKind;
import io.millrace.dsl.Joiner;
import org.jspecify.annotations.Nullable;

/** Joins each record with the row that its key has now, or had at its time if the table knows that. */
record StreamTableJoinOperator(
        JoinKind kind, Joiner<Object, Object, Object, Object> joiner, TableLookup table, Operator next)
        implements Operator {
    @Override
    @SuppressWarnings("NullAway") // the joiner of a left join knows that the row may be missing, and the key
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        if (!mayHaveResult(key, value)) {
            context.countDropped();
            return;
        }
        Object row = key == null ? null : table.find(key, context.timestamp());
        if (row != null || kind != JoinKind.INNER) {
            next.accept(key, joiner.join(key, value, row), context);
        }
    }

    /** Whether the record has what it takes. */
    boolean mayHaveResult(@Nullable Object key, @Nullable Object value) {
        return value != null && (key != null || kind != JoinKind.INNER);
    }
}
