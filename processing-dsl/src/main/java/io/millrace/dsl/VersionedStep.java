package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import io.millrace.state.time.VersionedTableSpec;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/** Steps that keep a table with what its rows were before. Their records are changes of it, as those of a {@link TableStep}. */
public sealed interface VersionedStep extends Step {
    int input();

    VersionedTableSpec<Object, Object> store();

    @Override
    default List<Integer> inputs() {
        return List.of(input());
    }

    @Override
    default List<StoreSpec<?>> stores() {
        return List.of(store());
    }

    @Override
    default String details() {
        return "history " + StepDetails.time(store().historyMillis());
    }

    @Override
    default <R> R accept(Step.Visitor<R> visitor) {
        return visitor.versioned(this);
    }

    /**
     * How far back the rows of a table are known: those that it keeps, or those that it computes its own of, one of one. Empty if not at all.
     *
     * @param steps of the pipeline, by id
     */
    static OptionalLong historyMillis(Step table, IntFunction<Step> steps) {
        if (table instanceof VersionedStep versioned) {
            return OptionalLong.of(versioned.store().historyMillis());
        }
        boolean isComputed = table instanceof TableStep.Filter || table instanceof TableStep.MapValues;
        return isComputed ? historyMillis(steps.apply(table.inputs().get(0)), steps) : OptionalLong.empty();
    }

    /** Keeps the values of each key, each from its timestamp on; a record without a value ends the one before. */
    record ToTable(int id, int input, VersionedTableSpec<Object, Object> store) implements VersionedStep {
        @Override
        public String label() {
            return "versioned table " + store.name();
        }
    }

    /** Keeps the rows of a table that has no store, or another one. */
    record Materialize(int id, int input, VersionedTableSpec<Object, Object> store) implements VersionedStep {
        @Override
        public String label() {
            return "materialize versions " + store.name();
        }
    }
}
