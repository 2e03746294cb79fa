package io.millrace.dsl.plan;

import io.millrace.dsl.AsyncStep;
import io.millrace.dsl.PatternSource;
import io.millrace.dsl.StatelessStep;
import io.millrace.dsl.Step;
import io.millrace.dsl.TableStep;
import io.millrace.dsl.Topic;
import io.millrace.dsl.VersionedStep;
import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Steps that pass records to each other directly; run as one task per partition.
 *
 * @param id its number in the topology
 * @param steps in the order of writing, so inputs come before those who use them
 */
public record SubTopology(int id, List<Step> steps) {
    public SubTopology {
        steps = List.copyOf(steps);
    }

    /**
     * The same with topics of other names.
     *
     * @param names by those that topics have here
     */
    SubTopology withTopics(Map<String, String> names) {
        List<Step> same = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Step.Source source
                    && names.containsKey(source.topic().name())) {
                same.add(source.named(names.get(source.topic().name())));
            } else if (step instanceof Step.Sink sink) {
                same.add(new Step.Sink(
                        sink.id(),
                        sink.input(),
                        sink.target().withTopics(named(sink.target().topics(), names))));
            } else {
                same.add(step);
            }
        }
        return new SubTopology(id, same);
    }

    static List<Topic<?, ?>> named(List<Topic<?, ?>> topics, Map<String, String> names) {
        List<Topic<?, ?>> named = new ArrayList<>();
        topics.forEach(topic -> named.add(topic.named(names.getOrDefault(topic.name(), topic.name()))));
        return named;
    }

    public List<Step.Source> sources() {
        return steps.stream()
                .filter(Step.Source.class::isInstance)
                .map(Step.Source.class::cast)
                .toList();
    }

    /** The topics that it reads by their names' patterns. */
    public List<PatternSource> patterns() {
        return steps.stream()
                .filter(PatternSource.class::isInstance)
                .map(PatternSource.class::cast)
                .toList();
    }

    /** The step that reads a topic; null if none does. */
    public Step.@Nullable Source sourceOf(String topic) {
        for (Step.Source source : sources()) {
            if (source.topic().name().equals(topic)) {
                return source;
            }
        }
        for (PatternSource pattern : patterns()) {
            if (pattern.matches(topic)) {
                return pattern.of(topic);
            }
        }
        return null;
    }

    /**
     * How much of what takes a step's records keeps them as the rows of a table. Steps that look at single records on the way count as what is behind
     * them.
     */
    public TableUse tableUseBehind(Step step) {
        boolean isAny = false;
        boolean isAll = true;
        for (Step consumer : consumersOf(step)) {
            boolean isPassedOn = consumer instanceof StatelessStep
                    || consumer instanceof AsyncStep
                    || consumer instanceof Step.Outlet;
            TableUse use = isPassedOn ? tableUseBehind(consumer) : TableUse.of(consumer);
            isAny |= use != TableUse.NONE;
            isAll &= use == TableUse.ALL;
        }
        return isAny ? (isAll ? TableUse.ALL : TableUse.SOME) : TableUse.NONE;
    }

    /** How much of what takes a step's records keeps them as a table. */
    public enum TableUse {
        ALL,
        SOME,
        NONE;

        private static TableUse of(Step step) {
            return step instanceof TableStep.ToTable || step instanceof VersionedStep.ToTable ? ALL : NONE;
        }
    }

    /**
     * How many partitions the topics that it reads have, one after the other, as far as that is known.
     *
     * @param counts of topics, perhaps of others as well
     */
    Map<String, Integer> partitionCounts(Map<String, Integer> counts) {
        Map<String, Integer> read = new TreeMap<>();
        counts.forEach((topic, count) -> {
            if (sourceOf(topic) != null) {
                read.put(topic, count);
            }
        });
        for (PatternSource pattern : patterns()) {
            pattern.pattern().partitions().ifPresent(count -> read.put(pattern.label(), count));
        }
        return read;
    }

    /** The stores of all its steps, in their order. */
    public List<StoreSpec<?>> stores() {
        List<StoreSpec<?>> stores = new ArrayList<>();
        steps.forEach(step -> stores.addAll(step.stores()));
        return List.copyOf(stores);
    }

    public boolean isStateful() {
        return !stores().isEmpty();
    }

    /** The application's own topics that it writes to. */
    public List<Topic<?, ?>> repartitionTopics() {
        List<Topic<?, ?>> topics = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Step.Sink sink && sink.target().isOwned()) {
                topics.addAll(sink.target().topics());
            }
        }
        return topics;
    }

    /** The step of this number. */
    public Step step(int number) {
        for (Step step : steps) {
            if (step.id() == number) {
                return step;
            }
        }
        throw new IllegalArgumentException("Step " + number + " is not in sub-topology " + id);
    }

    /** The steps that take this step's records. */
    public List<Step> consumersOf(Step step) {
        return steps.stream()
                .filter(candidate -> candidate.inputs().contains(step.id()))
                .toList();
    }
}
