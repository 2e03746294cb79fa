package io.millrace.dsl.testing;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Step;
import io.millrace.dsl.Topic;
import io.millrace.dsl.operator.WatermarkFormat;
import io.millrace.dsl.query.CommittedState;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serde;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.SortedSpec;
import io.millrace.state.StoreSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a pipeline has made of its input in the end: its outputs as they stand in the log, and its stores. */
final class SimulationResults {
    static final String OUTPUT = "results are those of a calm run";
    static final String STATE = "state is that of a calm run";

    private static final int MOST_SHOWN = 6;

    /** A record as it is in the log. */
    private record Row(
            int partition,
            @Nullable BytesView key,
            @Nullable BytesView value,
            long timestamp) {}

    private final Map<Topic<?, ?>, List<Row>> outputs = new LinkedHashMap<>();
    private final Map<String, Map<Integer, Map<Object, Object>>> state = new TreeMap<>();

    /** Of a test that has come to rest. */
    SimulationResults(PipelineTest test) {
        SimulatedRun run = test.simulated();
        for (Step step : run.pipeline().steps()) {
            if (step instanceof Step.Sink sink) {
                sink.target().topics().forEach(topic -> outputs.computeIfAbsent(topic, output -> rows(run, output)));
            }
        }
        state.putAll(stateOf(run));
    }

    /** Stores of which every entry is the program's: from others goes what has expired, sooner or later. */
    static Map<String, Map<Integer, Map<Object, Object>>> stateOf(SimulatedRun run) {
        Map<String, Map<Integer, Map<Object, Object>>> state = new TreeMap<>();
        for (StoreSpec<?> store : storesOf(run.pipeline())) {
            Map<Integer, Map<Object, Object>> partitions = new TreeMap<>();
            int count = run.partitionsOfStore(store.name());
            for (int partition = 0; partition < count; partition++) {
                Map<Object, Object> entries = new HashMap<>();
                CommittedState.entries(TestViews.of(run, store, partition, partition + 1))
                        .forEach((key, value) -> entries.put(comparable(key), comparable(value)));
                partitions.put(partition, entries);
            }
            state.put(store.name(), partitions);
        }
        return state;
    }

    private static List<StoreSpec<?>> storesOf(Pipeline pipeline) {
        return pipeline.steps().stream()
                .map(Step::stores)
                .<StoreSpec<?>>flatMap(List::stream)
                .filter(store -> store instanceof KeyValueSpec<?, ?> || store instanceof SortedSpec<?, ?>)
                .toList();
    }

    private static Object comparable(Object value) {
        return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
    }

    private static List<Row> rows(SimulatedRun run, Topic<?, ?> topic) {
        Map<TopicPartition, Long> positions = new LinkedHashMap<>();
        for (int partition = 0; partition < run.partitionsOf(topic); partition++) {
            positions.put(new TopicPartition(topic.name(), partition), 0L);
        }
        List<Row> rows = new ArrayList<>();
        run.readCommitted(positions, cursor -> take(cursor, rows));
        return rows;
    }

    private static void take(RecordCursor cursor, List<Row> rows) {
        while (cursor.next()) {
            LogRecord record = cursor.record();
            if (!WatermarkFormat.isMark(record)) {
                int partition = record.topicPartition().partition();
                rows.add(new Row(partition, copy(record.key()), copy(record.value()), record.timestamp()));
            }
        }
    }

    private static @Nullable BytesView copy(@Nullable BytesView bytes) {
        return bytes == null ? null : bytes.copy();
    }

    // --- comparing

    /** What is other than it should be; empty if nothing is. */
    Optional<SimulationFailure> differenceFrom(SimulationResults expected, SimulationPlan plan) {
        for (Map.Entry<Topic<?, ?>, List<Row>> output : outputs.entrySet()) {
            Topic<?, ?> topic = output.getKey();
            ResultComparison comparison = plan.comparisonOf(topic.name());
            Map<Object, List<Object>> found = grouped(output.getValue(), comparison);
            Map<Object, List<Object>> wanted =
                    grouped(Objects.requireNonNull(expected.outputs.get(topic), "the same pipeline"), comparison);
            for (Object group : union(found, wanted)) {
                List<Object> is = found.getOrDefault(group, List.of());
                List<Object> should = wanted.getOrDefault(group, List.of());
                if (!is.equals(should)) {
                    return Optional.of(new SimulationFailure(
                            OUTPUT + ": " + topic.name(), told(topic, comparison, group, is, should)));
                }
            }
        }
        return stateDifference(state, expected.state, plan, STATE);
    }

    /** @param check whose violation a difference is */
    static Optional<SimulationFailure> stateDifference(
            Map<String, Map<Integer, Map<Object, Object>>> found,
            Map<String, Map<Integer, Map<Object, Object>>> expected,
            SimulationPlan plan,
            String check) {
        if (plan.comparison() == ResultComparison.NONE) {
            return Optional.empty();
        }
        for (Map.Entry<String, Map<Integer, Map<Object, Object>>> store : found.entrySet()) {
            Map<Integer, Map<Object, Object>> should = expected.get(store.getKey());
            if (!store.getValue().equals(should)) {
                return Optional.of(new SimulationFailure(
                        check + ": " + store.getKey(),
                        "Store '" + store.getKey() + "' has, by partition, " + store.getValue() + ", and should have "
                                + should));
            }
        }
        return Optional.empty();
    }

    private static List<Object> union(Map<Object, List<Object>> one, Map<Object, List<Object>> other) {
        Map<Object, List<Object>> all = new LinkedHashMap<>(one);
        all.putAll(other);
        return List.copyOf(all.keySet());
    }

    /** What is compared with each other, in the order in which it has to be. */
    private static Map<Object, List<Object>> grouped(List<Row> rows, ResultComparison comparison) {
        Map<Object, List<Object>> groups = new LinkedHashMap<>();
        for (Row row : rows) {
            switch (comparison) {
                case PER_KEY -> add(groups, row.key() == null ? "without a key" : row.key(), row);
                case ANY_ORDER -> add(groups, "all", row);
                case LATEST_PER_KEY -> {
                    if (row.key() != null) {
                        groups.put(row.key(), List.of(Optional.ofNullable(row.value())));
                    }
                }
                case NONE -> {}
            }
        }
        for (Object unordered : List.of("without a key", "all")) {
            List<Object> any = groups.get(unordered);
            if (any != null) {
                any.sort((a, b) -> a.toString().compareTo(b.toString()));
            }
        }
        return groups;
    }

    private static void add(Map<Object, List<Object>> groups, Object group, Row row) {
        groups.computeIfAbsent(group, missing -> new ArrayList<>()).add(row);
    }

    private static String told(
            Topic<?, ?> topic, ResultComparison comparison, Object group, List<Object> is, List<Object> should) {
        int same = 0;
        while (same < is.size() && same < should.size() && is.get(same).equals(should.get(same))) {
            same++;
        }
        String of = group instanceof BytesView key ? " of key " + text(topic.keySerde(), key) : "";
        return "Topic '" + topic.name() + "'" + of + " (" + comparison + ") has " + is.size()
                + " records and should have "
                + should.size() + "; " + same + " are the same, then it has " + shown(topic, is, same)
                + " and should have " + shown(topic, should, same);
    }

    private static String shown(Topic<?, ?> topic, List<Object> rows, int from) {
        List<String> texts = new ArrayList<>();
        for (Object any : rows.subList(from, Math.min(rows.size(), from + MOST_SHOWN))) {
            texts.add(
                    any instanceof Row row
                            ? text(topic.keySerde(), row.key()) + "=" + text(topic.valueSerde(), row.value()) + " at "
                                    + row.timestamp() + " in partition " + row.partition()
                            : text(
                                    topic.valueSerde(),
                                    any instanceof Optional<?> value ? (BytesView) value.orElse(null) : null));
        }
        return texts + (rows.size() > from + MOST_SHOWN ? " and more" : "");
    }

    private static String text(Serde<?> serde, @Nullable BytesView bytes) {
        return bytes == null ? "null" : String.valueOf(serde.read(bytes));
    }
}
