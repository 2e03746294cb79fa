package io.millrace.dsl.plan;

import io.millrace.dsl.PipelineException;
import io.millrace.dsl.Step;
import io.millrace.dsl.Topic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;

/**
 * How many partitions the topics between an application's own steps have: as many as what their readers share state with, else as many as
 * the inputs of those that write to them. Pure.
 */
final class RepartitionCounts {
    private final Topology topology;
    private final Map<String, Integer> known;

    private RepartitionCounts(Topology topology, Map<String, Integer> known) {
        this.topology = topology;
        this.known = known;
    }

    /** @param counts of the topics that are there already; the others' are added */
    static void resolve(Topology topology, Map<String, Integer> counts) {
        new RepartitionCounts(topology, counts).resolve();
    }

    private void resolve() {
        Map<String, List<SubTopology>> writers = new LinkedHashMap<>();
        for (SubTopology subTopology : topology.subTopologies()) {
            for (Topic<?, ?> topic : subTopology.repartitionTopics()) {
                if (!known.containsKey(topic.name())) {
                    writers.computeIfAbsent(topic.name(), name -> new ArrayList<>())
                            .add(subTopology);
                }
            }
        }
        // What is shared comes first: a count that the writers would give must not stand in its way.
        while (!writers.isEmpty()) {
            if (!settle(writers, this::sharedCount)
                    && !settle(writers, name -> writtenCount(writers.getOrDefault(name, List.of())))) {
                throw new PipelineException("How many partitions the topics " + writers.keySet()
                        + " are to have cannot be told, because they feed each other: give one of them a number in"
                        + " repartition(name, partitions)");
            }
        }
    }

    /**
     * Settles what a rule gives a count for.
     *
     * @return false if that is nothing
     */
    private boolean settle(Map<String, List<SubTopology>> open, ToIntFunction<String> rule) {
        for (String name : List.copyOf(open.keySet())) {
            int count = rule.applyAsInt(name);
            if (count > 0) {
                known.put(name, count);
                open.remove(name);
                return true;
            }
        }
        return false;
    }

    /** @return 0 if no reader says it */
    private int sharedCount(String topic) {
        SubTopology reader = topology.readerOf(topic);
        return reader.isStateful() ? largest(reader).orElse(0) : 0;
    }

    /** @return 0 as long as an input of a writer has no count */
    private int writtenCount(List<SubTopology> writers) {
        int count = 0;
        for (SubTopology writer : writers) {
            for (Step.Source source : writer.sources()) {
                Integer found = known.get(source.topic().name());
                if (found == null) {
                    return 0;
                }
                count = Math.max(count, found);
            }
            for (int found : writer.partitionCounts(known).values()) {
                count = Math.max(count, found);
            }
        }
        return count;
    }

    private OptionalInt largest(SubTopology reader) {
        return reader.partitionCounts(known).values().stream()
                .mapToInt(count -> count)
                .max();
    }
}
