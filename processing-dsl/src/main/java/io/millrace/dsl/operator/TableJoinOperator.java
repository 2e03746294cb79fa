package io.millrace.dsl.operator;

import io.millrace.dsl.TableStep;
import org.jspecify.annotations.Nullable;

/**
 * One side of a join of two tables: joins its row's change with the row that the other side has. Says nothing where neither before nor after
 * there can have been a result, as in Kafka Streams; what was not there before and is not there now may be told of.
 */
record TableJoinOperator(boolean isLeft, TableStep.Join step, TableLookup otherSide, Operator next)
        implements TableOperator {
    @Override
    public void change(Object key, @Nullable Object before, @Nullable Object after, RecordContext context) {
        Object other = otherSide.find(key);
        if (other == null && !isToldAlone(before, after)) {
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

    /** Whether there may have been a result, or is one, although the other side has no row now. */
    private boolean isToldAlone(@Nullable Object before, @Nullable Object after) {
        return switch (step.kind()) {
            // The change that took this row may have taken the other one, too: then neither side finds one, and the
            // left says so.
            case INNER -> isLeft && step.meetsItself() && before != null && after == null;
            case LEFT -> isLeft && (before != null || after != null);
            case OUTER -> before != null || after != null;
        };
    }

    private @Nullable Object joined(Object key, @Nullable Object own, @Nullable Object other) {
        return isLeft
                ? JoinRule.join(step.kind(), step.joiner(), key, own, other)
                : JoinRule.join(step.kind(), step.joiner(), key, other, own);
    }
}
