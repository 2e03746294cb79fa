package io.millrace.proof.pipelines;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.GroupedStream;
import io.millrace.dsl.JoinWindows;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.SplitStream;
import io.millrace.dsl.Table;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedStream;
import io.millrace.proof.pipelines.Scenario.Policy;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.time.TimerSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A plan in the DSL. Behind each topic stands a probe, a step in plain code that tells the recorder of each record and hands it on. The test's thread makes
 * and runs it.
 */
final class PlannedPipeline {
    static final String NAME = "random";
    static final Topic<BytesView, BytesView> DEAD = Topic.of("dead", Serdes.bytes(), Serdes.bytes());
    static final Serde<String> KEYS = Serdes.string();
    static final Serde<Long> VALUES = Serdes.int64();
    private static final int ATTEMPTS = 40;

    private final Recorder recorder;
    private final Pipeline.Builder builder = Pipeline.named(NAME);
    private final Map<Integer, EventStream<String, Long>> streams = new HashMap<>();
    private final Map<Integer, Table<String, Long>> tables = new HashMap<>();
    /** What has failed once. It is the world's, and not the state's: it outlives roll-backs. */
    private final Set<List<?>> failedOnce = new HashSet<>();

    private PlannedPipeline(Recorder recorder) {
        this.recorder = recorder;
    }

    static Pipeline of(PipelinePlan plan, Recorder recorder) {
        PlannedPipeline planned = new PlannedPipeline(recorder);
        planned.builder.onError(errorPolicy(plan.policy()));
        plan.nodes().forEach(planned::add);
        return planned.builder.build();
    }

    static Topic<String, Long> topic(String name) {
        return Topic.of(name, KEYS, VALUES);
    }

    /** The topic that a head reads. */
    static Topic<String, Long> input(Node head) {
        return topic(head.kind() == Kind.SOURCE ? "in-" + head.id() : NAME + "-r" + head.id() + "-repartition");
    }

    static Topic<String, Long> output(Node node) {
        return topic(node.topic());
    }

    static List<Topic<String, Long>> chosen(Node node) {
        return List.of(topic(node.topic() + "-even"), topic(node.topic() + "-odd"));
    }

    private static ErrorPolicy errorPolicy(Policy policy) {
        return switch (policy) {
            case STOP -> ErrorPolicy.stop();
            case SKIP -> ErrorPolicy.skip();
            case DEAD_LETTER -> ErrorPolicy.deadLetter(DEAD);
            case RETRY_THEN_SKIP ->
                ErrorPolicy.retry(ATTEMPTS, Duration.ofMillis(1)).then(ErrorPolicy.skip());
            case RETRY_THEN_DEAD_LETTER ->
                ErrorPolicy.retry(ATTEMPTS, Duration.ofMillis(1)).then(ErrorPolicy.deadLetter(DEAD));
        };
    }

    // --- steps

    private void add(Node node) {
        if (node.kind() == Kind.TO_CHOSEN) {
            List<Topic<String, Long>> topics = chosen(node);
            stream(node, 0).to((key, value, origin) -> topics.get(UserCode.isOdd(value) ? 1 : 0), topics);
            return;
        }
        if (node.kind().isTable() || node.kind().isJudgedAtTheEnd()) {
            Table<String, Long> table = PlannedTables.of(node, streams, tables);
            tables.put(node.id(), table);
            streams.put(node.id(), table.toStream().withSerdes(KEYS, VALUES));
        } else {
            streams.put(node.id(), streamOf(node).withSerdes(KEYS, VALUES));
        }
        if (node.hasSink() || node.kind().isJudgedAtTheEnd()) {
            streams.get(node.id()).to(output(node));
        }
    }

    private EventStream<String, Long> stream(Node node, int input) {
        return streams.get(node.input(input));
    }

    private Table<String, Long> tableOf(Node node, int input) {
        return tables.get(node.input(input));
    }

    private EventStream<String, Long> streamOf(Node node) {
        int a = node.a();
        return switch (node.kind()) {
            case SOURCE -> probed(node, builder.stream(input(node)));
            case REPARTITION -> probed(node, stream(node, 0).repartition("r" + node.id()));
            case MAP -> stream(node, 0).mapValues(value -> UserCode.map(value, a));
            case FILTER -> stream(node, 0).peek((key, value) -> {}).filter((key, value) -> UserCode.accepts(value, a));
            case FLAT_MAP_VALUES -> stream(node, 0).flatMapValues(value -> UserCode.several(value, a));
            case FLAT_MAP -> flatMapped(node);
            case SELECT_KEY -> stream(node, 0).selectKey(UserCode::otherKey);
            case SPLIT -> split(node);
            case MERGE -> stream(node, 0).merge(stream(node, 1));
            case THROW -> stream(node, 0).mapValues(value -> throwing(value, a));
            case THROW_ONCE -> stream(node, 0).mapValues((key, value) -> throwingOnce(node, key, value));
            case PROCESS_VALUES ->
                stream(node, 0)
                        .processValues(
                                "p" + node.id(), stores -> PlannedCode.sum(node, stores), PlannedCode.sums(node));
            case PROCESS_TIMERS -> timed(node);
            case DEDUPLICATE ->
                stream(node, 0)
                        .deduplicate(
                                node.store(),
                                (key, value) -> UserCode.id(value),
                                Serdes.int64(),
                                Duration.ofMillis(UserCode.length(a)));
            case STREAM_TABLE_JOIN -> stream(node, 0).join(tableOf(node, 1), UserCode::join);
            case STREAM_TABLE_LEFT_JOIN -> stream(node, 0).leftJoin(tableOf(node, 1), UserCode::join);
            case STREAM_JOIN -> stream(node, 0).join(node.store(), stream(node, 1), UserCode::join, joinWindows(a));
            case STREAM_LEFT_JOIN ->
                stream(node, 0).leftJoin(node.store(), stream(node, 1), UserCode::join, joinWindows(a));
            case STREAM_OUTER_JOIN ->
                stream(node, 0).outerJoin(node.store(), stream(node, 1), UserCode::join, joinWindows(a));
            default -> windowed(node);
        };
    }

    static JoinWindows joinWindows(int a) {
        return JoinWindows.ofTimeDifference(Duration.ofMillis(UserCode.length(a)))
                .withAfter(Duration.ofMillis(UserCode.length(a + 1)))
                .withGrace(Duration.ofMillis(UserCode.grace(a)));
    }

    private EventStream<String, Long> probed(Node node, EventStream<String, Long> stream) {
        return stream.processValues("probe-" + node.id(), stores -> (key, value, context) -> {
            recorder.saw(new Recorder.Event(
                    new Recorder.Place(node.id(), context.topicPartition().partition(), context.offset()),
                    key,
                    value,
                    context.timestamp(),
                    context.watermark(),
                    false));
            context.emit(value);
        });
    }

    private EventStream<String, Long> flatMapped(Node node) {
        return stream(node, 0).flatMap((key, value, out) -> {
            out.emit(key, value);
            if (value != null) {
                out.emit(UserCode.otherKey(key, value), value + node.a());
            }
        });
    }

    private EventStream<String, Long> split(Node node) {
        SplitStream<String, Long> split = stream(node, 0).split("split-" + node.id());
        EventStream<String, Long> odd = split.branch("odd", (key, value) -> UserCode.isOdd(value));
        EventStream<String, Long> even = split.otherwise("even");
        return odd.mapValues(value -> UserCode.map(value, 100))
                .withSerdes(KEYS, VALUES)
                .merge(even);
    }

    private Long throwing(Long value, int a) {
        if (UserCode.isFailing(value, a)) {
            recorder.fails();
            throw new IllegalStateException("This one fails");
        }
        return value;
    }

    private Long throwingOnce(Node node, String key, Long value) {
        if (UserCode.isFailing(value, node.a()) && failedOnce.add(Arrays.asList(node.id(), key, value))) {
            recorder.fails();
            throw new IllegalStateException("This one fails once");
        }
        return value;
    }

    private EventStream<String, Long> timed(Node node) {
        TimerSpec<String> spec = TimerSpec.eventTime(node.store() + "-timers", KEYS);
        Output<String, Long> output = Output.named("told");
        return stream(node, 0)
                .process(
                        "p" + node.id(),
                        stores -> PlannedCode.untilTimer(node, stores, spec, output),
                        PlannedCode.sums(node),
                        spec)
                .output(output);
    }

    private EventStream<String, Long> windowed(Node node) {
        GroupedStream<String, Long> grouped = stream(node, 0).groupByKey();
        Duration length = Duration.ofMillis(UserCode.length(node.a()));
        Duration grace = Duration.ofMillis(UserCode.grace(node.a()));
        SlidingWindows sliding =
                SlidingWindows.ofTimeDifference(length).withGrace(Duration.ofMillis(UserCode.slidingGrace()));
        SessionWindows sessions = SessionWindows.withGap(length).withGrace(grace);
        return switch (node.kind()) {
            case TUMBLING ->
                folded(node, grouped.windowedBy(TimeWindows.tumbling(length).withGrace(grace)));
            case TUMBLING_FINAL ->
                folded(
                        node,
                        grouped.windowedBy(TimeWindows.tumbling(length).withGrace(grace))
                                .emitFinal());
            case HOPPING ->
                folded(
                        node,
                        grouped.windowedBy(TimeWindows.hopping(length, Duration.ofMillis(5))
                                .withGrace(grace)));
            case SLIDING -> summed(node, grouped.windowedBy(sliding));
            case SLIDING_FINAL -> summed(node, grouped.windowedBy(sliding).emitFinal());
            case SESSIONS ->
                grouped.windowedBy(sessions)
                        .reduce(node.store(), Long::sum)
                        .toStream((window, value) -> UserCode.windowed(window.key(), window.start()));
            case SESSIONS_FINAL ->
                grouped.windowedBy(sessions)
                        .emitFinal()
                        .reduce(node.store(), Long::sum)
                        .toStream((window, value) -> UserCode.windowed(window.key(), window.start()));
            default -> throw new IllegalStateException("No step of a stream: " + node);
        };
    }

    private static EventStream<String, Long> folded(Node node, WindowedStream<String, Long> windows) {
        return windows.aggregate(node.store(), UserCode::first, (key, value, sum) -> UserCode.fold(sum, value), VALUES)
                .toStream((window, value) -> UserCode.windowed(window.key(), window.start()));
    }

    private static EventStream<String, Long> summed(Node node, WindowedStream<String, Long> windows) {
        return windows.reduce(node.store(), Long::sum)
                .toStream((window, value) -> UserCode.windowed(window.key(), window.start()));
    }
}
