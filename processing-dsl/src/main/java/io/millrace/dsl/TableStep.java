package io.millrace.dsl;

import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import java.util.List;
import java.util.function.Supplier;

/** Steps whose records are changes of a table: what a key had before, and what it has now. */
public sealed interface TableStep extends Step {
    @Override
    default <R> R accept(Step.Visitor<R> visitor) {
        return visitor.table(this);
    }

    /** {@link Step#accept} among the family. */
    <R> R visit(Visitor<R> visitor);

    /** One method for each kind. */
    interface Visitor<R> {
        R toTable(ToTable step);

        R aggregate(Aggregate step);
    }

    /** Keeps the newest value of each key; a record without a value deletes its key. */
    record ToTable(int id, int input, KeyValueSpec<Object, Timestamped<Object>> store) implements TableStep {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "table " + store.name();
        }

        @Override
        public List<StoreSpec<?>> stores() {
            return List.of(store);
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.toTable(this);
        }
    }

    /** Keeps one value per key and hands on each new one. */
    record Aggregate(
            int id,
            int input,
            KeyValueSpec<Object, Timestamped<Object>> store,
            Supplier<Object> initial,
            Aggregator<Object, Object, Object> aggregator)
            implements TableStep {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "aggregate " + store.name();
        }

        @Override
        public List<StoreSpec<?>> stores() {
            return List.of(store);
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.aggregate(this);
        }
    }
}
