package io.millrace.dsl;

import java.util.ArrayList;
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

    /** Those that take what one step sends. */
    sealed interface OfOne extends StatelessStep {
        int input();

        @Override
        default List<Integer> inputs() {
            return List.of(input());
        }
    }

    /** One method for each kind. */
    interface Visitor<R> {
        R mapValues(MapValues step);

        R filter(Filter step);

        R map(MapKeyValue step);

        R flatMap(FlatMap step);

        R flatMapValues(FlatMapValues step);

        R peek(Peek step);

        R merge(Merge step);

        R split(Split step);
    }

    /** A new value from key and value. */
    record MapValues(int id, int input, BiFunction<Object, Object, Object> function) implements OfOne {
        @Override
        public boolean passesAll() {
            return true;
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
    record Filter(int id, int input, BiPredicate<Object, Object> predicate) implements OfOne {
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
            String label,
            BiFunction<Object, Object, Object> keyFunction,
            BiFunction<Object, Object, Object> valueFunction)
            implements OfOne {
        @Override
        public boolean passesAll() {
            return true;
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
    record FlatMap(int id, int input, FlatMapper<Object, Object, Object, Object> mapper) implements OfOne {
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

    /** Any number of values from key and value, all with the key. */
    record FlatMapValues(int id, int input, BiFunction<Object, Object, Iterable<Object>> function) implements OfOne {
        @Override
        public String label() {
            return "flatMapValues";
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.flatMapValues(this);
        }
    }

    /** Shows each record to an action. */
    record Peek(int id, int input, BiConsumer<Object, Object> action) implements OfOne {
        @Override
        public boolean mayEnd() {
            return true;
        }

        @Override
        public boolean passesAll() {
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
        public boolean passesAll() {
            return true;
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

    /** Hands each record to the output of the first predicate that accepts it; if none does, to the output behind the last, if there is one. */
    record Split(
            int id, int input, String name, List<BiPredicate<Object, Object>> predicates, List<Output<?, ?>> outputs)
            implements OfOne {
        public Split {
            predicates = List.copyOf(predicates);
            outputs = List.copyOf(outputs);
        }

        Split with(BiPredicate<Object, Object> predicate, Output<?, ?> output) {
            List<BiPredicate<Object, Object>> more = new ArrayList<>(predicates);
            more.add(predicate);
            return new Split(id, input, name, more, and(output));
        }

        Split withRest(Output<?, ?> output) {
            return new Split(id, input, name, predicates, and(output));
        }

        private List<Output<?, ?>> and(Output<?, ?> output) {
            List<Output<?, ?>> more = new ArrayList<>(outputs);
            more.add(output);
            return more;
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
