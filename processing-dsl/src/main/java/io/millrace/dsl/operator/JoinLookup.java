package io.millrace.dsl.operator;

import io.millrace.dsl.JoinKind;
import io.millrace.dsl.Joiner;
import org.jspecify.annotations.Nullable;

/** Rows of a join of two tables, computed from theirs. */
final class JoinLookup implements TableLookup {
    private final TableLookup left;
    private final TableLookup right;
    private final JoinKind kind;
    private final Joiner<Object, Object, Object, Object> joiner;
    private long timestamp = NO_TIMESTAMP;

    JoinLookup(TableLookup left, TableLookup right, JoinKind kind, Joiner<Object, Object, Object, Object> joiner) {
        this.left = left;
        this.right = right;
        this.kind = kind;
        this.joiner = joiner;
    }

    @Override
    public @Nullable Object find(Object key) {
        Object leftValue = left.find(key);
        Object rightValue = right.find(key);
        Object value = JoinRule.join(kind, joiner, key, leftValue, rightValue);
        timestamp = value == null ? NO_TIMESTAMP : Math.max(left.timestamp(), right.timestamp());
        return value;
    }

    @Override
    public long timestamp() {
        return timestamp;
    }
}
