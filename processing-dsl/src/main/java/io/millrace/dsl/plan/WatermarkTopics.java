package io.millrace.dsl.plan;

import io.millrace.dsl.ForeignKeyStep;
import io.millrace.dsl.PatternSource;
import io.millrace.dsl.StatelessStep;
import io.millrace.dsl.Step;
import io.millrace.dsl.TableStep;
import io.millrace.dsl.Topic;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The topics between an application's own steps through which watermarks travel, and how many tasks write them. Pure.
 *
 * <p>Those behind which somebody asks for event time. Not those that lead back to their writer, as both of a join by foreign key do, and a stream that is merged with what was made of it: each would wait for what it says itself. Nor those of
 * which nobody knows the writers: where topics are read by a pattern, and where a task has no state and topics with different numbers of partitions, which may be read
 * in two places.
 */
public final class WatermarkTopics {
    private final Topology topology;
    private final Map<String, Integer> counts;
    private final Map<String, SubTopology> writers = new HashMap<>();
    private final SortedMap<String, Integer> tasks = new TreeMap<>();

    private WatermarkTopics(Topology topology, Map<String, Integer> counts) {
        this.topology = topology;
        this.counts = counts;
    }

    /**
     * By name, with the number of the tasks that write each.
     *
     * @param counts how many partitions the topics have, those that the application reads at least
     */
    public static SortedMap<String, Integer> of(Topology topology, Map<String, Integer> counts) {
        WatermarkTopics topics = new WatermarkTopics(topology, counts);
        topics.find();
        return topics.tasks;
    }

    private void find() {
        for (SubTopology writer : topology.subTopologies()) {
            for (Topic<?, ?> topic : writer.repartitionTopics()) {
                writers.put(topic.name(), writer);
            }
        }
        writers.forEach((topic, writer) -> {
            SubTopology reader = topology.readerOf(topic);
            boolean isAsked = leads(reader, WatermarkTopics::asks, new HashSet<>());
            boolean leadsBack = leads(reader, writer::equals, new HashSet<>());
            if (isAsked && !leadsBack && areWritersKnown(writer)) {
                tasks.put(topic, Planner.taskCount(writer, counts));
            }
        });
    }

    private boolean areWritersKnown(SubTopology writer) {
        return writer.patterns().isEmpty()
                && (writer.isStateful()
                        || writer.partitionCounts(counts).values().stream()
                                        .distinct()
                                        .count()
                                == 1);
    }

    /** Whether a step goes by event time, or may: code of the user's can ask for it. */
    private static boolean asks(SubTopology reader) {
        return reader.steps().stream()
                .anyMatch(step -> !(step instanceof Step.Source
                        || step instanceof Step.Sink
                        || step instanceof Step.Outlet
                        || step instanceof PatternSource
                        || step instanceof StatelessStep
                        || step instanceof ForeignKeyStep
                        || (step instanceof TableStep && !(step instanceof TableStep.ProcessValues))));
    }

    /** Whether one is such, or one that it leads to. */
    private boolean leads(SubTopology from, Predicate<SubTopology> such, Set<Integer> seen) {
        if (such.test(from)) {
            return true;
        }
        if (!seen.add(from.id())) {
            return false;
        }
        for (Topic<?, ?> topic : from.repartitionTopics()) {
            if (leads(topology.readerOf(topic.name()), such, seen)) {
                return true;
            }
        }
        return false;
    }
}
