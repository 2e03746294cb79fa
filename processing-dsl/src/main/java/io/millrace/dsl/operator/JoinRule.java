package io.millrace.dsl.operator;

import io.millrace.dsl.JoinKind;
import io.millrace.dsl.Joiner;
import org.jspecify.annotations.Nullable;

/** Which pairs of values have a result. Pure. */
final class JoinRule {
    private JoinRule() {}

    /** @return null if there is none */
    @SuppressWarnings("NullAway") // the joiner of a left or outer join knows that a side may be missing
    static @Nullable Object join(
            JoinKind kind,
            Joiner<Object, Object, Object, Object> joiner,
            @Nullable Object key,
            @Nullable Object left,
            @Nullable Object right) {
        return hasResult(kind, left, right) ? joiner.join(key, left, right) : null;
    }

    private static boolean hasResult(JoinKind kind, @Nullable Object left, @Nullable Object right) {
        return switch (kind) {
            case INNER -> left != null && right != null;
            case LEFT -> left != null;
            case OUTER -> left != null || right != null;
        };
    }
}
