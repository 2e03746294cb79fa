package io.millrace.dsl.plan;

import io.millrace.dsl.plan.TopologyManifest.StepEntry;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Shows a topology: as text for people, as Mermaid and DOT for pages. Pure. */
public final class TopologyPrinter {
    private static final Comparator<StepEntry> BY_SUB_TOPOLOGY =
            Comparator.comparingInt(StepEntry::subTopology).thenComparingInt(StepEntry::id);

    private TopologyPrinter() {}

    /** One line a step, grouped by sub-topology. */
    public static String text(TopologyManifest topology) {
        StringBuilder text =
                new StringBuilder("Application ").append(topology.application()).append('\n');
        topology.ingests()
                .forEach(ingest -> text.append("  source ").append(ingest).append('\n'));
        int present = Integer.MIN_VALUE;
        for (StepEntry step : topology.steps().stream().sorted(BY_SUB_TOPOLOGY).toList()) {
            if (step.subTopology() != present) {
                present = step.subTopology();
                text.append("  ").append(groupLabel(present)).append('\n');
            }
            text.append("    ").append(step.id()).append(": ").append(step.label());
            if (!step.details().isEmpty()) {
                text.append(" (").append(step.details()).append(')');
            }
            if (!step.stores().isEmpty()) {
                text.append(" [")
                        .append(String.join(", ", step.stores().keySet()))
                        .append(']');
            }
            if (!step.inputs().isEmpty()) {
                text.append(" <- ")
                        .append(step.inputs().stream().map(String::valueOf).collect(Collectors.joining(", ")));
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** A flow chart in Mermaid: topics as parallelograms, stores as databases beside their steps. */
    public static String mermaid(TopologyManifest topology) {
        return draw(topology, new MermaidChart());
    }

    /** A directed graph in DOT, the language of Graphviz. */
    public static String dot(TopologyManifest topology) {
        return draw(topology, new DotChart());
    }

    /** What both languages of pictures can say. */
    interface Chart {
        void begin(String application);

        void beginGroup(String id, String label);

        /** @param details below the label; empty for none */
        void step(String id, String label, String details);

        /** What brings records from outside the log. */
        void source(String id, String label);

        void store(String id, String label);

        void topic(String id, String label);

        void endGroup();

        void edge(String from, String to);

        /** Between a step and its store, in no direction. */
        void tie(String step, String store);

        String end();
    }

    private static String draw(TopologyManifest topology, Chart chart) {
        chart.begin(topology.application());
        SortedSet<String> topics = new TreeSet<>();
        SortedSet<Integer> groups = new TreeSet<>();
        topology.steps().forEach(step -> {
            groups.add(step.subTopology());
            topics.addAll(step.reads());
            topics.addAll(step.writes());
        });
        topology.ingests().forEach(ingest -> chart.source("source_" + id(ingest), ingest));
        topics.forEach(topic -> chart.topic("topic_" + id(topic), topic));
        for (int group : groups) {
            chart.beginGroup(group == TopologyManifest.GLOBAL ? "global" : "sub" + group, groupLabel(group));
            List<StepEntry> steps = topology.steps().stream()
                    .filter(step -> step.subTopology() == group)
                    .toList();
            for (StepEntry step : steps) {
                chart.step("s" + step.id(), step.label(), step.details());
                step.stores().keySet().forEach(store -> chart.store("store_" + id(store), store));
            }
            chart.endGroup();
        }
        for (StepEntry step : topology.steps()) {
            step.stores().keySet().forEach(store -> chart.tie("s" + step.id(), "store_" + id(store)));
            step.reads().forEach(topic -> chart.edge("topic_" + id(topic), "s" + step.id()));
            step.inputs().forEach(input -> chart.edge("s" + input, "s" + step.id()));
            step.writes().forEach(topic -> chart.edge("s" + step.id(), "topic_" + id(topic)));
        }
        return chart.end();
    }

    private static String groupLabel(int subTopology) {
        return subTopology == TopologyManifest.GLOBAL ? "in every instance" : "sub-topology " + subTopology;
    }

    /** Nothing but letters, digits and underscores is part of an identifier in both languages; others are written as their number. */
    private static String id(String name) {
        StringBuilder id = new StringBuilder();
        for (char each : name.toCharArray()) {
            if (Character.isLetterOrDigit(each)) {
                id.append(each);
            } else {
                id.append('_').append((int) each).append('_');
            }
        }
        return id.toString();
    }
}
