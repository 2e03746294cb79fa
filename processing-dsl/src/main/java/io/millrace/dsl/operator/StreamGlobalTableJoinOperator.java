package io.millrace.dsl.operator;

import io.millrace.dsl.LookupStep;
import org.jspecify.annotations.Nullable;

/** Joins each record with the row that it refers to now. */
record StreamGlobalTableJoinOperator(LookupStep.JoinGlobal step, boolean needsRow, GlobalRows rows, Operator next)
        implements Operator {
    @Override
    @SuppressWarnings(
            "NullAway") // a record's key may be missing, and the joiner of a left join knows that the row may be
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        if (value == null) {
            context.countDropped();
            return;
        }
        Object wanted = step.keyOf().apply(key, value);
        if (wanted == null && needsRow) {
            context.countDropped();
            return;
        }
        Object row = wanted == null ? null : rows.find(wanted);
        if (row != null || !needsRow) {
            next.accept(key, step.joiner().join(key, value, row), context);
        }
    }
}
