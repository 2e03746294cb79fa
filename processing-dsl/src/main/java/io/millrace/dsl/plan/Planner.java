package io.millrace.dsl.plan;

import io.millrace.dsl.GlobalTableStep;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Turns a pipeline into its topology. Pure. */
public final class Planner {
    private Planner() {}

    public static Topology plan(Pipeline pipeline) {
        int[] group = connected(pipeline.steps());
        Map<Integer, List<Step>> byGroup = new TreeMap<>();
        List<GlobalTableStep> globalTables = new ArrayList<>();
        for (Step step : pipeline.steps()) {
            if (step instanceof GlobalTableStep table) {
                globalTables.add(table);
                continue;
            }
            byGroup.computeIfAbsent(group[step.id()], first -> new ArrayList<>())
                    .add(step);
        }
        List<SubTopology> subTopologies = new ArrayList<>();
        byGroup.values().forEach(steps -> subTopologies.add(new SubTopology(subTopologies.size(), steps)));
        return new Topology(
                pipeline.name(), subTopologies, globalTables, pipeline.ingests(), pipeline.topics(), StorageNames.NONE);
    }

    /**
     * How many tasks a sub-topology has: one for each partition number of its inputs.
     *
     * @param partitionCounts of the topics as they really are
     * @throws PipelineException if P3 does not hold
     */
    public static int taskCount(SubTopology subTopology, Map<String, Integer> partitionCounts) {
        Map<Integer, Collection<String>> byCount = new TreeMap<>();
        for (Step.Source source : subTopology.sources()) {
            String topic = source.topic().name();
            if (!partitionCounts.containsKey(topic)) {
                throw new PipelineException("Topic '" + topic + "' does not exist");
            }
        }
        subTopology
                .partitionCounts(partitionCounts)
                .forEach((topic, count) -> byCount.computeIfAbsent(count, ignored -> new TreeSet<>())
                        .add(topic));
        if (byCount.size() > 1 && subTopology.isStateful()) {
            throw new PipelineException(
                    "Inputs that share state must have equally many partitions, so that equal keys meet in one task, "
                            + "but by number of partitions they are " + byCount
                            + ": repartition(topic) one of them into a topic with as many partitions as the other");
        }
        return byCount.keySet().stream().mapToInt(count -> count).max().orElse(0);
    }

    /**
     * How many partitions the application's own topics have, where nobody said it.
     *
     * @param partitionCounts of the topics that are there, or are said; not changed
     * @return all of them
     * @throws PipelineException if it cannot be told
     */
    public static Map<String, Integer> withRepartitionCounts(Topology topology, Map<String, Integer> partitionCounts) {
        Map<String, Integer> counts = new TreeMap<>(partitionCounts);
        RepartitionCounts.resolve(topology, counts);
        return counts;
    }

    /** For each step the smallest number among the steps that it is connected with. */
    private static int[] connected(List<Step> steps) {
        int[] group = new int[steps.size()];
        for (Step step : steps) {
            int smallest = step.id();
            for (int input : step.inputs()) {
                smallest = Math.min(smallest, group[input]);
            }
            group[step.id()] = smallest;
            for (int input : step.inputs()) {
                rename(group, group[input], smallest);
            }
        }
        return group;
    }

    private static void rename(int[] group, int from, int to) {
        for (int i = 0; i < group.length; i++) {
            if (group[i] == from) {
                group[i] = to;
            }
        }
    }
}
