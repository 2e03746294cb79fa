package io.millrace.dsl.plan;

import io.millrace.dsl.GlobalTableStep;
import io.millrace.dsl.Ingest;
import io.millrace.dsl.PatternSource;
import io.millrace.dsl.Step;
import io.millrace.dsl.Topic;
import io.millrace.serde.PropertyLines;
import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a topology says of itself without its functions: kept in the application's log, so that it can be shown without the program and
 * compared with the program that starts next. Immutable.
 *
 * @param steps of all sub-topologies, in the order of writing
 */
public record TopologyManifest(String application, List<String> ingests, List<StepEntry> steps) {
    /** In the place of a sub-topology, for what every instance has all of. */
    static final int GLOBAL = -1;

    private static final String FORMAT = "1";

    /**
     * One step.
     *
     * @param subTopology its number; -1 for a global table, which is in none
     * @param inputs the steps whose records it takes, and those whose rows it looks up
     * @param reads the topic it reads, or {@code pattern} and the expression that their names match; none if it does not
     * @param writes the topics it writes
     * @param stores its stores, and what their bytes are
     */
    public record StepEntry(
            int id,
            int subTopology,
            String label,
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
    }

    public TopologyManifest {
        ingests = List.copyOf(ingests);
        steps = List.copyOf(steps);
    }

    public static TopologyManifest of(Topology topology) {
        List<StepEntry> steps = new ArrayList<>();
        topology.globalTables().forEach(table -> steps.add(entry(table, GLOBAL)));
        for (SubTopology subTopology : topology.subTopologies()) {
            subTopology.steps().forEach(step -> steps.add(entry(step, subTopology.id())));
        }
        return new TopologyManifest(
                topology.name(), topology.ingests().stream().map(Ingest::name).toList(), steps);
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
        return new StepEntry(step.id(), subTopology, step.label(), inputs, reads, writes, stores);
    }

    /** The pattern itself, for topics come and go; no name has a space, and a list is divided by commas. */
    private static List<String> readByPattern(Step step) {
        return step instanceof PatternSource source
                ? List.of("pattern "
                        + source.pattern().regex().replace("%", "%25").replace(",", "%2C"))
                : List.of();
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
        properties.put("format", FORMAT);
        properties.put("application", application);
        for (int i = 0; i < ingests.size(); i++) {
            properties.put("ingest." + i, ingests.get(i));
        }
        for (StepEntry step : steps) {
            String prefix = "step." + step.id() + ".";
            properties.put(prefix + "label", step.label());
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
        if (!FORMAT.equals(properties.get("format"))) {
            throw new IllegalArgumentException("The topology was written in format " + properties.get("format")
                    + ", and this Millrace reads format " + FORMAT
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
        return new TopologyManifest(properties.getOrDefault("application", ""), ingests, List.copyOf(steps.values()));
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
