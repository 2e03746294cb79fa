package io.millrace.dsl;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;

/** Steps that look at one record and keep nothing. */
public sealed interface StatelessStep extends Step {
    @Override
    default <R> R accept(Step.Visitor<R> visitor) {
        return visitor.stateless(this);
    }

    /** {@link Step#accept} among the family. */
    <R> R visit(Visitor<R> visitor);

    /** One method for each kind. */
    interface Visitor<R> {
        R mapValues(MapValues step);

        R filter(Filter step);

        R map(MapKeyValue step);

        R flatMap(FlatMap step);

        R peek(Peek step);

        R merge(Merge step);

        R split(Split step);
    }

    /** A new value from key and value. */
    record MapValues(int id, int input, BiFunction<Object, Object, Object> function) implements StatelessStep {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "mapValues";
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.mapValues(this);
        }
    }

    /** Lets through what the predicate accepts. */
    record Filter(int id, int input, BiPredicate<Object, Object> predicate) implements StatelessStep {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "filter";
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.filter(this);
        }
    }

    /** A new key and a new value, each from key and value. */
    record MapKeyValue(
            int id,
            int input,
            BiFunction<Object, Object, Object> keyFunction,
            BiFunction<Object, Object, Object> valueFunction)
            implements StatelessStep {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "map";
        }

        @Override
        public boolean changesKey() {
            return true;
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.map(this);
        }
    }

    /** Any number of records from one. */
    record FlatMap(int id, int input, FlatMapper<Object, Object, Object, Object> mapper) implements StatelessStep {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "flatMap";
        }

        @Override
        public boolean changesKey() {
            return true;
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.flatMap(this);
        }
    }

    /** Shows each record to an action. */
    record Peek(int id, int input, BiConsumer<Object, Object> action) implements StatelessStep {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public boolean mayEnd() {
            return true;
        }

        @Override
        public String label() {
            return "peek";
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.peek(this);
        }
    }

    /** Two streams as one; per input partition the order is kept. */
    record Merge(int id, int left, int right) implements StatelessStep {
        @Override
        public List<Integer> inputs() {
            return List.of(left, right);
        }

        @Override
        public String label() {
            return "merge";
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.merge(this);
        }
    }

    /** Hands each record to the outlet of the first predicate that accepts it, to the last outlet if none does, or drops it. */
    record Split(
            int id, int input, String name, List<BiPredicate<Object, Object>> predicates, List<Output<?, ?>> outputs)
            implements StatelessStep {
        public Split {
            predicates = List.copyOf(predicates);
            outputs = List.copyOf(outputs);
        }

        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "split " + name;
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.split(this);
        }
    }
}
