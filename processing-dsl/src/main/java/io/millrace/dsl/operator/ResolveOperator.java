package io.millrace.dsl.operator;

import io.millrace.dsl.ForeignKeyStep;
import io.millrace.dsl.JoinKind;
import io.millrace.dsl.Joiner;
import io.millrace.dsl.foreignkey.Answer;
import io.millrace.state.KeyValueStore;
import io.millrace.state.Timestamped;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Joins an answer with the row that asked; what was asked by a row that is no longer so is dropped (FK2). That there is no result is said where there
 * was one.
 */
final class ResolveOperator implements Operator {
    private final boolean isLeft;
    private final BiFunction<Object, Object, Object> foreignKey;
    private final Joiner<Object, Object, Object, Object> joiner;
    private final ValueHasher hasher;
    private final TableLookup table;
    private final KeyValueStore<Object, Timestamped<Object>> results;
    private final Operator next;

    /** @param results what was told */
    ResolveOperator(
            ForeignKeyStep.Resolve step,
            TableLookup table,
            KeyValueStore<Object, Timestamped<Object>> results,
            Operator next) {
        this.isLeft = step.kind() == JoinKind.LEFT;
        this.foreignKey = step.foreignKey();
        this.joiner = step.joiner();
        this.hasher = new ValueHasher(step.valueSerde());
        this.table = table;
        this.results = results;
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
        tell(key, joined(key, row, answer.value()), context);
    }

    private void tell(Object key, @Nullable Object result, RecordContext context) {
        if (result != null || results.get(key) != null) {
            next.accept(key, result, context);
        }
    }

    @SuppressWarnings("NullAway") // the joiner of a left join knows that the right value may be missing
    private @Nullable Object joined(Object key, @Nullable Object row, @Nullable Object found) {
        boolean hasResult = row != null && (found != null || isLeft);
        return hasResult ? joiner.join(key, row, found) : null;
    }

    /**
     * The changes of the table itself. What comes of one comes with its answer, but for a row of an inner join that has referred to no key and still does:
     * it asks nobody, and if the answer to its last change is on its way, that is one to what it was before.
     */
    Operator changes() {
        return new Changes();
    }

    private final class Changes implements TableOperator {
        @Override
        public void change(Object key, @Nullable Object before, @Nullable Object after, RecordContext context) {
            if (!isLeft && refersToNone(key, before) && refersToNone(key, after)) {
                tell(key, null, context);
            }
        }

        /** What is joined is what the rows are now. */
        @Override
        public void changePast(Object key, @Nullable Object after, RecordContext context) {
            // Counted where the row would have asked.
        }

        private boolean refersToNone(Object key, @Nullable Object row) {
            return row == null || foreignKey.apply(key, row) == null;
        }
    }
}
