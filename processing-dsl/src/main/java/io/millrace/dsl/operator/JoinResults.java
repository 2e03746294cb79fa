package io.millrace.dsl.operator;

import io.millrace.dsl.JoinKind;
import io.millrace.dsl.Joiner;
import org.jspecify.annotations.Nullable;

/** Tells what comes of records of two streams. */
record JoinResults(JoinKind kind, Joiner<Object, Object, Object, Object> joiner, Operator next) {
    /** @param other null if the record has met none */
    void tell(
            boolean isLeft,
            @Nullable Object key,
            Object own,
            @Nullable Object other,
            long timestamp,
            RecordContext context) {
        Object result =
                isLeft ? JoinRule.join(kind, joiner, key, own, other) : JoinRule.join(kind, joiner, key, other, own);
        context.accept(next, key, result, timestamp);
    }
}
