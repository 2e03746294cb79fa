package io.millrace.dsl.operator;

import io.millrace.dsl.ForeignKeyStep;
import io.millrace.dsl.JoinKind;
import io.millrace.dsl.foreignkey.Answer;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Joins an answer with the row that asked; what was asked by a row that is no longer so is dropped (FK2). */
final class ResolveOperator implements Operator {
    private final boolean isLeft;
    private final BiFunction<Object, Object, Object> joiner;
    private final ValueHasher hasher;
    private final TableLookup table;
    private final Operator next;

    ResolveOperator(ForeignKeyStep.Resolve step, TableLookup table, Operator next) {
        this.isLeft = step.kind() == JoinKind.LEFT;
        this.joiner = step.joiner();
        this.hasher = new ValueHasher(step.valueSerde());
        this.table = table;
        this.next = next;
    }

    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        if (key == null || !(value instanceof Answer answer)) {
            context.countDropped();
            return;
        }
        Object row = table.find(key);
        if (!Objects.equals(hasher.hash(row), answer.hash())) {
            context.countDropped();
            return;
        }
        next.accept(key, joined(row, answer.value()), context);
    }

    @SuppressWarnings("NullAway") // the joiner of a left join knows that the right value may be missing
    private @Nullable Object joined(@Nullable Object row, @Nullable Object found) {
        boolean hasResult = row != null && (found != null || isLeft);
        return hasResult ? joiner.apply(row, found) : null;
    }
}
