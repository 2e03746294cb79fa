package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * One step of a pipeline as it was written; the planner reads them. Numbered in the order of writing, so a step's inputs have smaller
 * numbers. Types were checked by the stages that made the steps; here they are erased.
 */
public sealed interface Step {
    int id();

    /** The steps whose records it takes. */
    List<Integer> inputs();

    /** How it appears in a picture and in messages. */
    String label();

    /** True if its records may have another key than its input's, so that equal keys may lie in different partitions. */
    default boolean changesKey() {
        return false;
    }

    /** The stores it owns. */
    default List<StoreSpec<?>> stores() {
        return List.of();
    }

    <R> R accept(Visitor<R> visitor);

    /** One method for each kind of step, so that a new kind is noticed wherever it matters. */
    interface Visitor<R> {
        R source(Source step);

        R mapValues(MapValues step);

        R filter(Filter step);

        R map(MapKeyValue step);

        R flatMap(FlatMap step);

        R peek(Peek step);

        R merge(Merge step);

        R process(Process step);

        R output(ProcessOutput step);

        R aggregate(Aggregate step);

        R sink(Sink step);
    }

    /** Reads a topic. */
    record Source(int id, Topic<?, ?> topic, ErrorPolicy errorPolicy) implements Step {
        @Override
        public List<Integer> inputs() {
            return List.of();
        }

        @Override
        public String label() {
            return "read " + topic.name();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.source(this);
        }
    }

    /** A new value from key and value. */
    record MapValues(int id, int input, BiFunction<Object, Object, Object> function) implements Step {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "mapValues";
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.mapValues(this);
        }
    }

    /** Lets through what the predicate accepts. */
    record Filter(int id, int input, BiPredicate<Object, Object> predicate) implements Step {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "filter";
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.filter(this);
        }
    }

    /** A new key and a new value, each from key and value. */
    record MapKeyValue(
            int id,
            int input,
            BiFunction<Object, Object, Object> keyFunction,
            BiFunction<Object, Object, Object> valueFunction)
            implements Step {
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
        public <R> R accept(Visitor<R> visitor) {
            return visitor.map(this);
        }
    }

    /** Any number of records from one. */
    record FlatMap(int id, int input, FlatMapper<Object, Object, Object, Object> mapper) implements Step {
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
        public <R> R accept(Visitor<R> visitor) {
            return visitor.flatMap(this);
        }
    }

    /** Shows each record to an action. */
    record Peek(int id, int input, BiConsumer<Object, Object> action) implements Step {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "peek";
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.peek(this);
        }
    }

    /** Two streams as one; per input partition the order is kept. */
    record Merge(int id, int left, int right) implements Step {
        @Override
        public List<Integer> inputs() {
            return List.of(left, right);
        }

        @Override
        public String label() {
            return "merge";
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.merge(this);
        }
    }

    /** A processor with its stores. */
    record Process(int id, int input, String name, ProcessorFactory<Object, Object> factory, List<StoreSpec<?>> stores)
            implements Step {
        public Process {
            stores = List.copyOf(stores);
        }

        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "process " + name;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.process(this);
        }
    }

    /** What leaves a processor by one of its outputs. */
    record ProcessOutput(int id, int input, Output<?, ?> output) implements Step {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "output " + output.name();
        }

        @Override
        public boolean changesKey() {
            return true;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.output(this);
        }
    }

    /** Keeps one value per key and hands on each new one. */
    record Aggregate(
            int id,
            int input,
            KeyValueSpec<Object, Object> store,
            Supplier<Object> initial,
            Aggregator<Object, Object, Object> aggregator)
            implements Step {
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
        public <R> R accept(Visitor<R> visitor) {
            return visitor.aggregate(this);
        }
    }

    /** Writes to a topic. */
    record Sink(int id, int input, Topic<?, ?> topic) implements Step {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "write " + topic.name();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.sink(this);
        }

        @SuppressWarnings("unchecked") // the stage that made the step checked the types
        public Serde<Object> keySerde() {
            return (Serde<Object>) topic.keySerde();
        }

        @SuppressWarnings("unchecked") // as above
        public Serde<Object> valueSerde() {
            return (Serde<Object>) topic.valueSerde();
        }
    }
}
