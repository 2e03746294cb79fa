package io.millrace.dsl.plan;

import io.millrace.dsl.Ingest;
import io.millrace.dsl.Step;
import io.millrace.dsl.Topic;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Shows a topology as text for people and as Mermaid for pages. Pure. */
public final class TopologyPrinter {
    private TopologyPrinter() {}

    /** One line a step, grouped by sub-topology. */
    public static String text(Topology topology) {
        StringBuilder text =
                new StringBuilder("Application ").append(topology.name()).append('\n');
        for (Ingest<?> ingest : topology.ingests()) {
            text.append("  source ").append(ingest.name()).append('\n');
        }
        for (SubTopology subTopology : topology.subTopologies()) {
            text.append("  sub-topology ").append(subTopology.id()).append('\n');
            for (Step step : subTopology.steps()) {
                text.append("    ").append(step.id()).append(": ").append(step.label());
                if (!step.stores().isEmpty()) {
                    text.append(" [")
                            .append(step.stores().stream()
                                    .map(store -> store.name())
                                    .collect(Collectors.joining(", ")))
                            .append(']');
                }
                if (!step.inputs().isEmpty()) {
                    text.append(" <- ")
                            .append(step.inputs().stream().map(String::valueOf).collect(Collectors.joining(", ")));
                }
                text.append('\n');
            }
        }
        return text.toString();
    }

    /** A flow chart: topics as parallelograms, stores as databases beside their steps. */
    public static String mermaid(Topology topology) {
        StringBuilder text = new StringBuilder("flowchart LR\n");
        Set<String> topics = new TreeSet<>();
        StringBuilder edges = new StringBuilder();
        for (SubTopology subTopology : topology.subTopologies()) {
            text.append("    subgraph sub").append(subTopology.id()).append("[sub-topology ");
            text.append(subTopology.id()).append("]\n");
            for (Step step : subTopology.steps()) {
                text.append("        s")
                        .append(step.id())
                        .append("[\"")
                        .append(step.label())
                        .append("\"]\n");
                step.inputs()
                        .forEach(input -> edges.append("    s")
                                .append(input)
                                .append(" --> s")
                                .append(step.id())
                                .append('\n'));
                step.stores()
                        .forEach(store -> text.append("        store_")
                                .append(id(store.name()))
                                .append("[(\"")
                                .append(store.name())
                                .append("\")] --- s")
                                .append(step.id())
                                .append('\n'));
                topicEdge(step, topics, edges);
            }
            text.append("    end\n");
        }
        topics.forEach(topic -> text.append("    topic_")
                .append(id(topic))
                .append("[/\"")
                .append(topic)
                .append("\"/]\n"));
        return text.append(edges).toString();
    }

    private static void topicEdge(Step step, Set<String> topics, StringBuilder edges) {
        if (step instanceof Step.Source source) {
            topics.add(source.topic().name());
            edges.append("    topic_")
                    .append(id(source.topic().name()))
                    .append(" --> s")
                    .append(step.id())
                    .append('\n');
        } else if (step instanceof Step.Sink sink) {
            for (Topic<?, ?> topic : sink.target().topics()) {
                topics.add(topic.name());
                edges.append("    s")
                        .append(step.id())
                        .append(" --> topic_")
                        .append(id(topic.name()))
                        .append('\n');
            }
        }
    }

    /** Dots would end an identifier in Mermaid. */
    private static String id(String name) {
        return name.replaceAll("[^a-zA-Z0-9]", "_");
    }
}
