package io.millrace.dsl.plan;

import io.millrace.dsl.GlobalTableStep;
import io.millrace.dsl.Ingest;
import io.millrace.dsl.Kept;
import io.millrace.dsl.PatternSource;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.Repartition;
import io.millrace.dsl.Topic;
import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What runs.
 *
 * @param name the application's
 * @param subTopologies by number
 * @param globalTables that every instance has all of, beside the sub-topologies
 * @param topics all that the pipeline names
 * @param storage under which names all that is kept is in the log and in the state
 */
public record Topology(
        String name,
        List<SubTopology> subTopologies,
        List<GlobalTableStep> globalTables,
        List<Ingest<?>> ingests,
        List<Topic<?, ?>> topics,
        StorageNames storage) {
    public Topology {
        subTopologies = List.copyOf(subTopologies);
        globalTables = List.copyOf(globalTables);
        ingests = List.copyOf(ingests);
        topics = List.copyOf(topics);
    }

    /** The same on a log where things have these names: topics between steps are those that the log has. Asked of one that was just planned. */
    public Topology storedAs(StorageNames names) {
        Map<String, String> stored = new HashMap<>();
        names.stored().forEach((kept, as) -> {
            if (kept.kind() == Kept.Kind.REPARTITION) {
                stored.put(Repartition.topicOf(name, kept.name()), Repartition.topicOf(name, as));
            }
        });
        List<SubTopology> parts = subTopologies.stream()
                .map(subTopology -> subTopology.withTopics(stored))
                .toList();
        return new Topology(name, parts, globalTables, ingests, SubTopology.named(topics, stored), names);
    }

    /** The patterns by which topics are read, in their order. */
    public List<PatternSource> patterns() {
        return subTopologies.stream()
                .flatMap(subTopology -> subTopology.patterns().stream())
                .toList();
    }

    /** What the names of all topics match that the application's group reads. */
    public Pattern inputNames() {
        List<String> expressions = new ArrayList<>();
        inputTopics().forEach(topic -> expressions.add(Pattern.quote(topic)));
        patterns().forEach(pattern -> expressions.add(pattern.expression()));
        return Pattern.compile(String.join("|", expressions));
    }

    /** True if nothing is read from the log. */
    public boolean isWithoutInput() {
        return inputTopics().isEmpty() && patterns().isEmpty();
    }

    /** The topics that the application's group reads by name, sorted. */
    public SortedSet<String> inputTopics() {
        SortedSet<String> names = new TreeSet<>();
        for (SubTopology subTopology : subTopologies) {
            subTopology.sources().forEach(source -> names.add(source.topic().name()));
        }
        return names;
    }

    /**
     * The sub-topology that reads a topic; exactly one does (P1).
     *
     * @throws PipelineException if its name matches two patterns
     */
    public SubTopology readerOf(String topic) {
        List<String> matching = patterns().stream()
                .filter(pattern -> pattern.matches(topic))
                .map(pattern -> pattern.pattern().regex())
                .toList();
        if (matching.size() > 1) {
            throw new PipelineException("Topic '" + topic + "' matches " + matching
                    + ", and its records would come by each of them: have one pattern match it, or delete it");
        }
        for (SubTopology subTopology : subTopologies) {
            if (subTopology.sourceOf(topic) != null) {
                return subTopology;
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

    /** The topics that error policies name, sorted. */
    public SortedSet<String> deadLetterTopics() {
        SortedSet<String> names = new TreeSet<>();
        for (SubTopology subTopology : subTopologies) {
            subTopology.steps().forEach(step -> step.deadLetters().forEach(topic -> names.add(topic.name())));
        }
        return names;
    }

    /** True if a topic is one of these. */
    public boolean isOwned(Topic<?, ?> topic) {
        return ownTopics().stream().anyMatch(owned -> owned.name().equals(topic.name()));
    }

    /** All stores, sub-topology after sub-topology, and then those of the global tables. */
    public List<StoreSpec<?>> stores() {
        List<StoreSpec<?>> stores = new ArrayList<>();
        subTopologies.forEach(subTopology -> stores.addAll(subTopology.stores()));
        globalTables.forEach(table -> stores.add(table.store()));
        return stores;
    }

    /** The sub-topology whose tasks have a store; empty for that of a global table, which is of none. */
    public Optional<SubTopology> ownerOf(String store) {
        return subTopologies.stream()
                .filter(subTopology -> subTopology.stores().stream()
                        .anyMatch(spec -> spec.name().equals(store)))
                .findFirst();
    }

    /** Where the changes of a store are logged: for a global table the topic that it is of. */
    public String changelogTopic(String store) {
        for (GlobalTableStep table : globalTables) {
            if (table.store().name().equals(store)) {
                return table.topic().name();
            }
        }
        return Changelog.topic(name, storage.of(Kept.store(store)));
    }

    /** Under which name a source commits its position. */
    public String positionOf(Ingest<?> ingest) {
        return storage.of(Kept.source(ingest.name()));
    }

    /** Where sources commit their positions. */
    public String positionsTopic() {
        return name + "-ingest-positions";
    }
}
