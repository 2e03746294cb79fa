package io.millrace.dsl.plan;

import io.millrace.dsl.Ingest;
import io.millrace.dsl.Step;
import io.millrace.dsl.Topic;
import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What runs.
 *
 * @param name the application's
 * @param subTopologies by number
 * @param topics all that the pipeline names
 */
public record Topology(
        String name, List<SubTopology> subTopologies, List<Ingest<?>> ingests, List<Topic<?, ?>> topics) {
    public Topology {
        subTopologies = List.copyOf(subTopologies);
        ingests = List.copyOf(ingests);
        topics = List.copyOf(topics);
    }

    /** The topics that the application's group reads, sorted. */
    public SortedSet<String> inputTopics() {
        SortedSet<String> names = new TreeSet<>();
        for (SubTopology subTopology : subTopologies) {
            subTopology.sources().forEach(source -> names.add(source.topic().name()));
        }
        return names;
    }

    /** The sub-topology that reads a topic; exactly one does (P1). */
    public SubTopology readerOf(String topic) {
        for (SubTopology subTopology : subTopologies) {
            for (Step.Source source : subTopology.sources()) {
                if (source.topic().name().equals(topic)) {
                    return subTopology;
                }
            }
        }
        throw new IllegalArgumentException("No step of '" + name + "' reads topic '" + topic + "'");
    }

    /** The application's own topics between two of its steps. */
    public List<Topic<?, ?>> ownTopics() {
        List<Topic<?, ?>> topics = new ArrayList<>();
        subTopologies.forEach(subTopology -> topics.addAll(subTopology.repartitionTopics()));
        return topics;
    }

    /** True if a topic is one of these. */
    public boolean isOwned(Topic<?, ?> topic) {
        return ownTopics().stream().anyMatch(owned -> owned.name().equals(topic.name()));
    }

    /** All stores, sub-topology after sub-topology. */
    public List<StoreSpec<?>> stores() {
        List<StoreSpec<?>> stores = new ArrayList<>();
        subTopologies.forEach(subTopology -> stores.addAll(subTopology.stores()));
        return stores;
    }

    /** Where the changes of a store are logged. */
    public String changelogTopic(String store) {
        return Changelog.topic(name, store);
    }

    /** Where sources commit their positions. */
    public String positionsTopic() {
        return name + "-ingest-positions";
    }
}
