package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One step of a pipeline as it was written; the planner reads them. Numbered in the order of writing, so a step's inputs have smaller
 * numbers. Types were checked by the stages that made the steps; here they are erased.
 */
public sealed interface Step
        permits Step.Source,
                PatternSource,
                GlobalTableStep,
                StatelessStep,
                AsyncStep,
                ProcessStep,
                DeduplicateStep,
                TableStep,
                VersionedStep,
                WindowStep,
                JoinStep,
                LookupStep,
                ForeignKeyStep,
                Step.Outlet,
                Step.Sink {
    int id();

    /** The steps whose records it takes. */
    List<Integer> inputs();

    /** How it appears in a picture and in messages. */
    String label();

    /** What a picture says behind the label, such as the size of windows; empty for nothing. What is in it may change without the step being another one. */
    default String details() {
        return "";
    }

    /** True if its records may have another key than its input's, so that equal keys may lie in different partitions. */
    default boolean changesKey() {
        return false;
    }

    /** True if each record that it takes gives one at least. */
    default boolean passesAll() {
        return false;
    }

    /** The steps whose rows it looks up wherever it runs: they pass it no record. */
    default List<Integer> lookups() {
        return List.of();
    }

    /** The stores it owns. */
    default List<StoreSpec<?>> stores() {
        return List.of();
    }

    /** The topics in which records are set aside that come in by it and fail. */
    default List<Topic<?, ?>> deadLetters() {
        return List.of();
    }

    /** True if records and rows of one key must come to one task: then all its inputs have equally many partitions. */
    default boolean meetsByKey() {
        return !stores().isEmpty();
    }

    /** True if it takes changes of a table by the value before, and not by the new one alone. */
    default boolean usesBefore() {
        return false;
    }

    <R> R accept(Visitor<R> visitor);

    /** True if a pipeline may end with it: it has an effect of its own. */
    default boolean mayEnd() {
        return !stores().isEmpty();
    }

    /** One method for each family of steps, so that a new one is noticed wherever it matters. */
    interface Visitor<R> {
        R source(Source step);

        R pattern(PatternSource step);

        R globalTable(GlobalTableStep step);

        R stateless(StatelessStep step);

        R async(AsyncStep step);

        R process(ProcessStep step);

        R deduplicate(DeduplicateStep step);

        R table(TableStep step);

        R versioned(VersionedStep step);

        R window(WindowStep step);

        R join(JoinStep step);

        R lookup(LookupStep step);

        R foreignKey(ForeignKeyStep step);

        R outlet(Outlet step);

        R sink(Sink step);
    }

    /** Reads a topic. */
    record Source(int id, Topic<?, ?> topic, ErrorPolicies errorPolicies, EventTimes times) implements Step {
        Source(int id, Topic<?, ?> topic) {
            this(id, topic, ErrorPolicies.STOP, EventTimes.OF_RECORD);
        }

        /** The same topic under another name. */
        public Source named(String name) {
            return new Source(id, topic.named(name), errorPolicies, times);
        }

        Source with(ErrorPolicies policies) {
            return new Source(id, topic, policies, times);
        }

        Source with(EventTimes newTimes) {
            return new Source(id, topic, errorPolicies, newTimes);
        }

        boolean isOfRecord() {
            return times.isOfRecord();
        }

        @Override
        public List<Integer> inputs() {
            return List.of();
        }

        @Override
        public List<Topic<?, ?>> deadLetters() {
            return errorPolicies.deadLetters();
        }

        @Override
        public List<StoreSpec<?>> stores() {
            return times.stores();
        }

        /** How far its partitions have come is of no key. */
        @Override
        public boolean meetsByKey() {
            return false;
        }

        @Override
        public boolean mayEnd() {
            return false;
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

    /** One of several ways out of a step. */
    record Outlet(int id, int input, Output<?, ?> output, boolean changesKey) implements Step {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public String label() {
            return "output " + output.name();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.outlet(this);
        }
    }

    /** Writes to a topic. */
    record Sink(int id, int input, SinkTarget target) implements Step {
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
            return "write " + target.topics().stream().map(Topic::name).collect(Collectors.joining(" or "));
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.sink(this);
        }
    }
}
