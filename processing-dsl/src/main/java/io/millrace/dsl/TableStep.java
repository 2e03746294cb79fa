package io.millrace.dsl;

import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;

/** Steps whose records are changes of a table: what a key had before, and what it has now. */
public sealed interface TableStep extends Step {
    @Override
    default <R> R accept(Step.Visitor<R> visitor) {
        return visitor.table(this);
    }

    /** {@link Step#accept} among the family. */
    <R> R visit(Visitor<R> visitor);

    /** Those that take what one step sends. */
    sealed interface OfOne extends TableStep {
        int input();

        @Override
        default List<Integer> inputs() {
            return List.of(input());
        }
    }

    /** One method for each kind. */
    interface Visitor<R> {
        R toTable(ToTable step);

        R aggregate(Aggregate step);

        R reduce(Reduce step);

        R cogroup(Cogroup step);

        R filter(Filter step);

        R mapValues(MapValues step);

        R materialize(Materialize step);

        R processValues(ProcessValues step);

        R join(Join step);

        R regroup(Regroup step);

        R aggregateChanges(AggregateChanges step);

        R reduceChanges(ReduceChanges step);
    }

    /** Keeps the newest value of each key; a record without a value deletes its key. */
    record ToTable(int id, int input, KeyValueSpec<Object, Timestamped<Object>> store) implements OfOne {
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
            implements OfOne {
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

    /** Keeps one value per key, the first one combined with all others. */
    record Reduce(int id, int input, KeyValueSpec<Object, Timestamped<Object>> store, BinaryOperator<Object> reducer)
            implements OfOne {
        @Override
        public String label() {
            return "reduce " + store.name();
        }

        @Override
        public List<StoreSpec<?>> stores() {
            return List.of(store);
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.reduce(this);
        }
    }

    /** Keeps one value per key, made of the records of several streams, each with its own aggregator. */
    record Cogroup(
            int id,
            List<Integer> inputs,
            KeyValueSpec<Object, Timestamped<Object>> store,
            Supplier<Object> initial,
            List<Aggregator<Object, Object, Object>> aggregators)
            implements TableStep {
        public Cogroup {
            inputs = List.copyOf(inputs);
            aggregators = List.copyOf(aggregators);
        }

        @Override
        public String label() {
            return "cogroup " + store.name();
        }

        @Override
        public List<StoreSpec<?>> stores() {
            return List.of(store);
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.cogroup(this);
        }
    }

    /** A table of the rows that a predicate accepts. */
    record Filter(int id, int input, BiPredicate<Object, Object> predicate) implements OfOne {
        @Override
        public String label() {
            return "filter";
        }

        @Override
        public boolean usesBefore() {
            return true;
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.filter(this);
        }
    }

    /** A table with another value for each row. */
    record MapValues(int id, int input, BiFunction<Object, Object, Object> function) implements OfOne {
        @Override
        public String label() {
            return "mapValues";
        }

        @Override
        public boolean usesBefore() {
            return true;
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.mapValues(this);
        }
    }

    /** Keeps a table that has no store in one of its own. */
    record Materialize(int id, int input, KeyValueSpec<Object, Timestamped<Object>> store) implements OfOne {
        @Override
        public String label() {
            return "materialize " + store.name();
        }

        @Override
        public List<StoreSpec<?>> stores() {
            return List.of(store);
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.materialize(this);
        }
    }

    /** A table with another value for each row, by plain code that may keep more than the row; its own rows are kept. */
    record ProcessValues(
            int id,
            int input,
            KeyValueSpec<Object, Timestamped<Object>> store,
            TableProcessorFactory<Object, Object, Object> factory,
            StepUses uses)
            implements OfOne {
        @Override
        public String label() {
            return "processValues " + store.name();
        }

        @Override
        public List<StoreSpec<?>> stores() {
            List<StoreSpec<?>> stores = new ArrayList<>(List.of(store));
            stores.addAll(uses.stores());
            return stores;
        }

        @Override
        public List<Integer> lookups() {
            return uses.lookups();
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.processValues(this);
        }
    }

    /**
     * Rows of two tables with the same key, as one.
     *
     * @param meetsItself whether one change may reach both sides
     */
    record Join(
            int id,
            int left,
            int right,
            JoinKind kind,
            Joiner<Object, Object, Object, Object> joiner,
            boolean meetsItself)
            implements TableStep {
        Join with(boolean nowMeetsItself) {
            return new Join(id, left, right, kind, joiner, nowMeetsItself);
        }

        @Override
        public List<Integer> inputs() {
            return List.of(left, right);
        }

        @Override
        public boolean meetsByKey() {
            return true;
        }

        @Override
        public String label() {
            return kind.label() + " of tables";
        }

        @Override
        public boolean usesBefore() {
            return true;
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.join(this);
        }
    }

    /** The changes of a table by another key, on their way to a topic: what is taken away there, and what is added. */
    record Regroup(
            int id,
            int input,
            BiFunction<Object, Object, Object> keyFunction,
            BiFunction<Object, Object, Object> valueFunction)
            implements OfOne {
        @Override
        public String label() {
            return "groupBy";
        }

        @Override
        public boolean usesBefore() {
            return true;
        }

        @Override
        public boolean changesKey() {
            return true;
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.regroup(this);
        }
    }

    /** Keeps one value per key of a regrouped table: what leaves is subtracted, what comes is added. */
    record AggregateChanges(
            int id,
            int input,
            KeyValueSpec<Object, Timestamped<Object>> store,
            Supplier<Object> initial,
            Aggregator<Object, Object, Object> adder,
            Aggregator<Object, Object, Object> subtractor)
            implements OfOne {
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
            return visitor.aggregateChanges(this);
        }
    }

    /** The same, beginning with the first value. */
    record ReduceChanges(
            int id,
            int input,
            KeyValueSpec<Object, Timestamped<Object>> store,
            BinaryOperator<Object> adder,
            BinaryOperator<Object> subtractor)
            implements OfOne {
        @Override
        public String label() {
            return "reduce " + store.name();
        }

        @Override
        public List<StoreSpec<?>> stores() {
            return List.of(store);
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.reduceChanges(this);
        }
    }
}
