package io.millrace.dsl.operator;

import io.millrace.dsl.JoinKind;
import io.millrace.dsl.Joiner;
import org.jspecify.annotations.Nullable;

/**
 * One side of a join of two tables: joins its row's change with the row that the other side has. Says nothing where neither before nor after
 * there can have been a result, as in Kafka Streams; what was not there before and is not there now may be told of.
 */
record TableJoinOperator(
        boolean isLeft,
        JoinKind kind,
        Joiner<Object, Object, Object, Object> joiner,
        TableLookup otherSide,
        Operator next)
        implements TableOperator {
    @Override
    public void change(Object key, @Nullable Object before, @Nullable Object after, RecordContext context) {
        Object other = otherSide.find(key);
        if (other == null && (isNeededFromOther() || (before == null && after == null))) {
            return;
        }
        long timestamp = Math.max(context.timestamp(), otherSide.timestamp());
        context.change(next, key, joined(key, before, other), joined(key, after, other), timestamp);
    }

    /** What is joined is what the rows are now. */
    @Override
    public void changePast(Object key, @Nullable Object after, RecordContext context) {
        context.countDropped();
    }

    private boolean isNeededFromOther() {
        return switch (kind) {
            case INNER -> true;
            case LEFT -> !isLeft;
            case OUTER -> false;
        };
    }

    private @Nullable Object joined(Object key, @Nullable Object own, @Nullable Object other) {
        return isLeft ? JoinRule.join(kind, joiner, key, own, other) : JoinRule.join(kind, joiner, key, other, own);
    }
}
