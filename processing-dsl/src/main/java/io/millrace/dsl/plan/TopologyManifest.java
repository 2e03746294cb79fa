package io.millrace.dsl.plan;

import io.millrace.dsl.GlobalTableStep;
import io.millrace.dsl.Ingest;
import io.millrace.dsl.Kept;
import io.millrace.dsl.PatternSource;
import io.millrace.dsl.Repartition;
import io.millrace.dsl.Step;
import io.millrace.dsl.Topic;
import io.millrace.serde.PropertyLines;
import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a topology says of itself without its functions: kept in the application's log, so that it can be shown without the program and
 * compared with the program that starts next. Immutable.
 *
 * @param steps of all sub-topologies, in the order of writing
 * @param repartitions how the records are written that are under way between two steps, by the name of the repartition
 * @param storage where all of it is, if that is known: a program alone does not know
 */
public record TopologyManifest(
        String application,
        List<String> ingests,
        List<StepEntry> steps,
        SortedMap<String, String> repartitions,
        StorageNames storage) {
    /** In the place of a sub-topology, for what every instance has all of. */
    static final int GLOBAL = -1;

    /** What is stored under the names that it has. Written where that is so, so that versions of Millrace read it that know nothing else. */
    private static final String FORMAT = "1";

    private static final String FORMAT_WITH_STORAGE = "2";
    private static final String REPARTITION = "repartition.";
    private static final String UNKNOWN_TYPES = "";

    /**
     * One step.
     *
     * @param subTopology its number; -1 for a global table, which is in none
     * @param details what a picture says behind the label; empty for nothing
     * @param inputs the steps whose records it takes, and those whose rows it looks up
     * @param reads the topic it reads, or {@code pattern} and the expression that their names match; none if it does not
     * @param writes the topics it writes
     * @param stores its stores, and what their bytes are
     */
    public record StepEntry(
            int id,
            int subTopology,
            String label,
            String details,
            List<Integer> inputs,
            List<String> reads,
            List<String> writes,
            SortedMap<String, String> stores) {
        public StepEntry {
            inputs = List.copyOf(inputs);
            reads = List.copyOf(reads);
            writes = List.copyOf(writes);
            stores = new TreeMap<>(stores);
        }

        /** What it does, without its name. */
        String role() {
            return subTopology == GLOBAL || label.indexOf(' ') < 0 ? label : label.substring(0, label.lastIndexOf(' '));
        }

        /** Its name, if that is the beginning of the store's. */
        private Optional<String> name(String store) {
            String last = label.substring(label.lastIndexOf(' ') + 1);
            boolean isOfUser = label.startsWith("process ");
            return subTopology == GLOBAL
                    ? Optional.of(store)
                    : isOfUser || !store.startsWith(last) ? Optional.empty() : Optional.of(last);
        }

        /** The name of the join by foreign key that it is a part of. */
        private Optional<String> foreignKeyJoin() {
            return label.startsWith("subscribe ") || label.startsWith("answer ")
                    ? Optional.of(label.substring(label.indexOf(' ') + 1))
                    : Optional.empty();
        }

        StepEntry withTopics(Map<String, String> names) {
            return new StepEntry(
                    id,
                    subTopology,
                    label,
                    details,
                    inputs,
                    reads.stream()
                            .map(topic -> names.getOrDefault(topic, topic))
                            .toList(),
                    writes.stream()
                            .map(topic -> names.getOrDefault(topic, topic))
                            .toList(),
                    stores);
        }
    }

    public TopologyManifest {
        ingests = List.copyOf(ingests);
        steps = List.copyOf(steps);
        repartitions = Collections.unmodifiableSortedMap(new TreeMap<>(repartitions));
    }

    /** The topics in which the application keeps its state, and what is under way between its steps, and what each is. */
    public SortedMap<String, String> ownTopics() {
        SortedMap<String, String> topics = new TreeMap<>();
        for (StepEntry step : steps) {
            if (step.subTopology() != GLOBAL) {
                for (String store : step.stores().keySet()) {
                    topics.put(
                            Changelog.topic(application, storage.of(Kept.store(store))),
                            "the changelog of its store '" + store + "'");
                }
            }
        }
        for (String repartition : repartitions.keySet()) {
            topics.put(
                    Repartition.topicOf(application, storage.of(Kept.repartition(repartition))),
                    "the topic of its repartition '" + repartition + "'");
        }
        return topics;
    }

    /** Of a program that was never started. */
    public static TopologyManifest of(Topology topology) {
        List<StepEntry> steps = new ArrayList<>();
        topology.globalTables().forEach(table -> steps.add(entry(table, GLOBAL)));
        for (SubTopology subTopology : topology.subTopologies()) {
            subTopology.steps().forEach(step -> steps.add(entry(step, subTopology.id())));
        }
        steps.sort(Comparator.comparingInt(StepEntry::id));
        return new TopologyManifest(
                topology.name(),
                topology.ingests().stream().map(Ingest::name).toList(),
                steps,
                repartitions(topology),
                StorageNames.NONE);
    }

    private static SortedMap<String, String> repartitions(Topology topology) {
        SortedMap<String, String> types = new TreeMap<>();
        for (SubTopology subTopology : topology.subTopologies()) {
            for (Step step : subTopology.steps()) {
                if (step instanceof Step.Sink sink) {
                    sink.target()
                            .repartition(topology.name())
                            .ifPresent(name -> types.put(
                                    name, sink.target().topics().get(0).typeNames()));
                }
            }
        }
        return types;
    }

    /** The same in its places: topics between steps have the names that they have in the log. */
    TopologyManifest storedAs(StorageNames names) {
        Map<String, String> topics = new HashMap<>();
        for (String repartition : repartitions.keySet()) {
            topics.put(
                    Repartition.topicOf(application, repartition),
                    Repartition.topicOf(application, names.of(Kept.repartition(repartition))));
        }
        List<StepEntry> stored =
                steps.stream().map(step -> step.withTopics(topics)).toList();
        return new TopologyManifest(application, ingests, stored, repartitions, names);
    }

    /** All that is kept under a name; of global tables the rows. */
    SortedSet<Kept> kept() {
        SortedSet<Kept> kept = new TreeSet<>();
        steps.forEach(step -> step.stores().keySet().forEach(store -> kept.add(Kept.store(store))));
        repartitions.keySet().forEach(name -> kept.add(Kept.repartition(name)));
        ingests.forEach(name -> kept.add(Kept.source(name)));
        return kept;
    }

    /** The step that has a store. */
    StepEntry stepOf(String store) {
        return steps.stream()
                .filter(step -> step.stores().containsKey(store))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No step has store '" + store + "'"));
    }

    private static StepEntry entry(Step step, int subTopology) {
        List<String> reads = step instanceof Step.Source source
                ? List.of(source.topic().name())
                : step instanceof GlobalTableStep table ? List.of(table.topic().name()) : readByPattern(step);
        List<Integer> inputs = new ArrayList<>(step.inputs());
        inputs.addAll(step.lookups());
        List<String> writes = step instanceof Step.Sink sink
                ? sink.target().topics().stream().map(Topic::name).toList()
                : List.of();
        SortedMap<String, String> stores = new TreeMap<>();
        for (StoreSpec<?> store : step.stores()) {
            stores.put(store.name(), store.manifest().toText());
        }
        return new StepEntry(step.id(), subTopology, step.label(), step.details(), inputs, reads, writes, stores);
    }

    /** The pattern itself, for topics come and go; no name has a space, and a list is divided by commas. */
    private static List<String> readByPattern(Step step) {
        return step instanceof PatternSource source
                ? List.of("pattern "
                        + source.pattern().regex().replace("%", "%25").replace(",", "%2C"))
                : List.of();
    }

    /** True for the rows of a global table. */
    boolean isGlobal(Kept kept) {
        return kept.kind() == Kept.Kind.STORE && stepOf(kept.name()).subTopology() == GLOBAL;
    }

    /** The name of the step that something is kept for, where that is the beginning of its name; empty for what has a name of its own. */
    Optional<String> stepName(Kept kept) {
        return switch (kept.kind()) {
            case SOURCE -> Optional.empty();
            case STORE -> stepOf(kept.name()).name(kept.name());
            case REPARTITION ->
                steps.stream()
                        .filter(step -> step.writes()
                                .contains(Repartition.topicOf(application, storage.of(Kept.repartition(kept.name())))))
                        .flatMap(sink ->
                                steps.stream().filter(step -> sink.inputs().contains(step.id())))
                        .flatMap(step -> step.foreignKeyJoin().stream())
                        .findFirst();
        };
    }

    /** The topics whose records reach a step, sorted. */
    List<String> feeds(StepEntry step) {
        List<String> feeds = new ArrayList<>(step.reads());
        for (int input : step.inputs()) {
            steps.stream().filter(entry -> entry.id() == input).forEach(entry -> feeds.addAll(feeds(entry)));
        }
        return feeds.stream().distinct().sorted().toList();
    }

    // --- as text

    public String toText() {
        SortedMap<String, String> properties = new TreeMap<>();
        properties.put("format", storage.isEmpty() ? FORMAT : FORMAT_WITH_STORAGE);
        properties.put("application", application);
        for (int i = 0; i < ingests.size(); i++) {
            properties.put("ingest." + i, ingests.get(i));
        }
        repartitions.forEach((name, types) -> properties.put(REPARTITION + name, types));
        storage.writeTo(properties);
        for (StepEntry step : steps) {
            String prefix = "step." + step.id() + ".";
            properties.put(prefix + "label", step.label());
            if (!step.details().isEmpty()) {
                properties.put(prefix + "details", step.details());
            }
            properties.put(prefix + "subTopology", Integer.toString(step.subTopology()));
            properties.put(
                    prefix + "inputs",
                    String.join(",", step.inputs().stream().map(String::valueOf).toList()));
            properties.put(prefix + "reads", String.join(",", step.reads()));
            properties.put(prefix + "writes", String.join(",", step.writes()));
            step.stores().forEach((name, manifest) -> properties.put(prefix + "store." + name, manifest));
        }
        return PropertyLines.toText(properties);
    }

    /** @throws IllegalArgumentException if it is none, or one of a later Millrace */
    public static TopologyManifest parse(String text) {
        SortedMap<String, String> properties = PropertyLines.parse(text);
        String format = properties.getOrDefault("format", "");
        if (!format.equals(FORMAT) && !format.equals(FORMAT_WITH_STORAGE)) {
            throw new IllegalArgumentException("The topology was written in format " + format
                    + ", and this Millrace reads formats " + FORMAT + " and " + FORMAT_WITH_STORAGE
                    + ": use the Millrace that wrote it, or a later one");
        }
        List<String> ingests = new ArrayList<>();
        while (properties.containsKey("ingest." + ingests.size())) {
            ingests.add(properties.get("ingest." + ingests.size()));
        }
        SortedMap<Integer, StepEntry> steps = new TreeMap<>();
        for (Map.Entry<String, String> property : properties.entrySet()) {
            String[] name = property.getKey().split("\\.", 3);
            if (name[0].equals("step") && name.length == 3 && name[2].equals("label")) {
                int id = Integer.parseInt(name[1]);
                steps.put(id, step(id, property.getValue(), properties));
            }
        }
        String application = properties.getOrDefault("application", "");
        return new TopologyManifest(
                application,
                ingests,
                List.copyOf(steps.values()),
                repartitions(application, steps.values(), properties),
                StorageNames.read(properties));
    }

    /** Those that an older Millrace wrote are told by the topics that steps write, and what is in them is not said. */
    private static SortedMap<String, String> repartitions(
            String application, Collection<StepEntry> steps, SortedMap<String, String> properties) {
        SortedMap<String, String> types = new TreeMap<>();
        properties.forEach((name, value) -> {
            if (name.startsWith(REPARTITION)) {
                types.put(name.substring(REPARTITION.length()), value);
            }
        });
        if (types.isEmpty()) {
            for (StepEntry step : steps) {
                step.writes().stream()
                        .flatMap(topic -> Repartition.nameOf(application, topic).stream())
                        .forEach(name -> types.put(name, UNKNOWN_TYPES));
            }
        }
        return types;
    }

    private static StepEntry step(int id, String label, SortedMap<String, String> properties) {
        String prefix = "step." + id + ".";
        SortedMap<String, String> stores = new TreeMap<>();
        String storePrefix = prefix + "store.";
        properties.forEach((name, value) -> {
            if (name.startsWith(storePrefix)) {
                stores.put(name.substring(storePrefix.length()), value);
            }
        });
        return new StepEntry(
                id,
                Integer.parseInt(properties.getOrDefault(prefix + "subTopology", "0")),
                label,
                properties.getOrDefault(prefix + "details", ""),
                list(properties.get(prefix + "inputs")).stream()
                        .map(Integer::valueOf)
                        .toList(),
                list(properties.get(prefix + "reads")),
                list(properties.get(prefix + "writes")),
                stores);
    }

    private static List<String> list(@Nullable String joined) {
        return joined == null || joined.isEmpty() ? List.of() : Arrays.asList(joined.split(","));
    }
}
