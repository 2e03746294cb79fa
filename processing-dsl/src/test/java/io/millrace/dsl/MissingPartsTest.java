package io.millrace.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.StateBackend;
import io.millrace.state.StoreSpec;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What is missing or wrong in a call of the stages is refused by that call, in words. */
@SuppressWarnings({"NullAway", "DataFlowIssue"}) // null is what is tested
class MissingPartsTest {
    private static final String NONE = null;
    private static final Serde<Long> NO_SERDE = null;
    private static final Topic<String, Long> ORDERS = Topic.of("orders", Serdes.string(), Serdes.int64());

    private final Pipeline.Builder builder = Pipeline.named("test");
    private final EventStream<String, Long> orders = builder.stream(ORDERS);
    private final GroupedStream<String, Long> grouped = orders.groupByKey();

    private static void assertNameAsked(String what, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith(Names.withArticle(what) + "'s name has 1 to ")
                .hasMessageContaining("characters of a-z, A-Z, 0-9, '.', '_' and '-'")
                .hasMessageContaining("got no name");
    }

    private static void assertMissing(String what, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith(Names.withArticle(what) + " is missing");
    }

    @Test
    void anArticleIsThatOfTheWord() {
        assertThat(Names.withArticle("topic")).isEqualTo("A topic");
        assertThat(Names.withArticle("output")).isEqualTo("An output");
        assertThat(Names.withArticle("action")).isEqualTo("An action");
    }

    @Test
    void whatHasNoNameIsToldWhatANameIs() {
        assertNameAsked("pipeline", () -> Pipeline.named(NONE));
        assertNameAsked("topic", () -> Topic.of(NONE, Serdes.string(), Serdes.int64()));
        assertNameAsked("output", () -> Output.named(NONE));
        assertNameAsked("step", () -> orders.split(NONE));
        assertNameAsked("step", () -> orders.process(NONE, stores -> (key, value, context) -> {}));
        assertNameAsked("repartition", () -> orders.repartition(NONE));
        assertNameAsked("repartition", () -> orders.groupBy(NONE, (key, value) -> value, Serdes.int64()));
        assertNameAsked("source", () -> builder.ingest(NONE, () -> RecordSource.of(List.of()), (item, out) -> {}));
    }

    @Test
    void whatKeepsStateWithoutANameIsToldTheSame() {
        Duration second = Duration.ofSeconds(1);
        assertNameAsked("table", () -> grouped.count(NONE));
        assertNameAsked("table", () -> grouped.reduce(NONE, Long::sum));
        assertNameAsked("table", () -> orders.toTable(NONE));
        assertNameAsked("table", () -> orders.toTable(NONE, second));
        assertNameAsked(
                "window store",
                () -> grouped.windowedBy(TimeWindows.tumbling(second)).count(NONE));
        assertNameAsked(
                "window store",
                () -> grouped.windowedBy(SessionWindows.withGap(second)).count(NONE));
        assertNameAsked("global table", () -> builder.globalTable(ORDERS, NONE));
        assertNameAsked("join", () -> orders.join(NONE, orders, Long::sum, JoinWindows.ofTimeDifference(second)));
        assertNameAsked("deduplication", () -> orders.deduplicate(NONE, (key, value) -> value, Serdes.int64(), second));
    }

    @Test
    void aSettingThatIsMissingIsRefusedByItsName() {
        AppSettings settings = AppSettings.of(new SimulatedWorld(1).world(), MemoryBackend::new);
        Duration none = null;
        assertMissing("commitInterval", () -> settings.withCommitInterval(none));
        assertMissing("idleTimeout", () -> settings.withIdleTimeout(none));
        assertMissing("retryBackoff", () -> settings.withRetries(1, none));
        assertMissing("maxPollInterval", () -> settings.withMaxPollInterval(none));
        assertMissing("closeTimeout", () -> settings.withCloseTimeout(none));
        assertMissing("repartitionPurgeInterval", () -> settings.withRepartitionPurgeInterval(none));
        assertMissing("stateCleanupDelay", () -> settings.withStateCleanupDelay(none));
        assertMissing("state backend", () -> AppSettings.of(settings.world(), (Function<String, StateBackend>) null));
    }

    @Test
    void aNameThatCannotBeOneIsAMistakeOfThePipelineToo() {
        assertThatThrownBy(() -> grouped.count(""))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("got ''");
        assertThatThrownBy(() -> Pipeline.named("a b"))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("got 'a b'");
    }

    @Test
    void aFunctionOrSerdeThatIsMissingIsRefusedWhereItIsGiven() {
        assertMissing("predicate", () -> orders.filter(null));
        assertMissing("function", () -> orders.mapValues((Function<Long, Long>) null));
        assertMissing("function", () -> orders.mapValues((BiFunction<String, Long, Long>) null));
        assertMissing("action", () -> orders.peek(null));
        assertMissing("processor factory", () -> orders.process("apply", null));
        assertMissing("reducer", () -> grouped.reduce("r", null));
        assertMissing("aggregator", () -> grouped.aggregate("a", () -> 0L, null, Serdes.int64()));
        assertMissing("value serde", () -> grouped.aggregate("a", () -> 0L, (key, value, sum) -> sum, NO_SERDE));
        assertMissing("value serde", () -> orders.withValueSerde(NO_SERDE));
        assertMissing("value serde of topic 'orders'", () -> Topic.of("orders", Serdes.string(), NO_SERDE));
    }

    @Test
    void aTopicThatIsMissingIsRefusedWhereItIsGiven() {
        Topic<String, Long> none = null;
        assertMissing("topic", () -> builder.stream(none));
        assertMissing("topic", () -> builder.stream(ORDERS, none));
        assertMissing("topic", () -> builder.stream(Arrays.asList(none, ORDERS)));
        assertMissing("list of topics", () -> builder.stream((List<Topic<String, Long>>) null));
        assertMissing(
                "regular expression of a topic pattern", () -> TopicPattern.of(NONE, Serdes.string(), Serdes.int64()));
        assertMissing("value serde of topics 'a.*'", () -> TopicPattern.of("a.*", Serdes.string(), NO_SERDE));
        assertMissing("topic", () -> builder.table(none, "rows"));
        assertMissing("topic", () -> builder.globalTable(none, "rows"));
        assertMissing("topic", () -> builder.topics(ORDERS, null));
        assertMissing("topic", () -> orders.to(none));
        assertMissing("topic", () -> orders.repartition(none));
        assertMissing("topic", () -> orders.to((key, value, origin) -> ORDERS, Arrays.asList(ORDERS, none)));
        assertMissing("setting of topic 'orders'", () -> ORDERS.withSettings(null));
        assertMissing("topic of dead letters", () -> ErrorPolicy.deadLetter(none));
    }

    @Test
    void aTopicHasNoMorePartitionsThanALogMakes() {
        for (int count : new int[] {0, 10_001}) {
            assertThatThrownBy(() -> orders.repartition("wide", count))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Topic 'test-wide-repartition' has 1 to 10000 partitions, got " + count);
            assertThatThrownBy(() -> new TopicPattern<>("a.*", Serdes.string(), Serdes.int64(), OptionalInt.of(count)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Each topic of 'a.*' has 1 to 10000 partitions, got " + count);
        }
        orders.repartition("widest", 10_000);
    }

    @Test
    void aStageThatIsMissingIsRefusedWhereItIsGiven() {
        Table<String, Long> none = null;
        EventStream<String, Long> noStream = null;
        GlobalTable<String, Long> noGlobal = null;
        JoinWindows within = JoinWindows.ofTimeDifference(Duration.ofSeconds(1));
        Table<String, Long> table = orders.toTable("rows");
        assertMissing("stream", () -> orders.merge(noStream));
        assertMissing("stream", () -> orders.join("j", noStream, Long::sum, within));
        assertMissing("table", () -> orders.join(none, Long::sum));
        assertMissing("table", () -> orders.join("j", none, Long::sum, Duration.ZERO));
        assertMissing("table", () -> orders.leftJoin(noGlobal, (key, value) -> key, Long::sum));
        assertMissing("table", () -> table.outerJoin(none, Long::sum));
        assertMissing("table", () -> table.join("j", none, (key, value) -> key, Long::sum, Serdes.int64()));
        assertMissing(
                "stream",
                () -> grouped.cogroup((key, value, sum) -> sum)
                        .cogroup((GroupedStream<String, Long>) null, (key, value, sum) -> sum));
        assertMissing(
                "output",
                () -> orders.process("p", stores -> (key, value, context) -> {}).output(null));
        assertMissing("store", () -> orders.process("p", stores -> (key, value, context) -> {}, (StoreSpec<?>) null));
        assertMissing(
                "store", () -> orders.processValues("p", stores -> (key, value, context) -> {}, (StoreSpec<?>) null));
    }

    @Test
    void aWindowOrATimeThatIsMissingIsRefusedWhereItIsGiven() {
        assertMissing("window", () -> grouped.windowedBy((TimeWindows) null));
        assertMissing("window", () -> grouped.windowedBy((SlidingWindows) null));
        assertMissing("window", () -> grouped.windowedBy((SessionWindows) null));
        assertMissing("window of a join", () -> orders.join("j", orders, Long::sum, (JoinWindows) null));
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> TimeWindows.tumbling(null),
                () -> SlidingWindows.ofTimeDifference(null),
                () -> SessionWindows.withGap(null),
                () -> JoinWindows.ofTimeDifference(null),
                () -> JoinWindows.ofTimeDifference(Duration.ZERO).withGrace(null),
                () -> orders.toTable("t", null),
                () -> orders.join("j", orders.toTable("u", Duration.ofSeconds(1)), Long::sum, (Duration) null),
                () -> orders.deduplicate("d", (key, value) -> value, Serdes.int64(), null))) {
            assertThatThrownBy(call)
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining(" is missing: say a time, such as Duration.ofMinutes(5)");
        }
    }

    @Test
    void aPolicyOrSettingThatIsMissingIsRefusedWhereItIsGiven() {
        assertMissing("error policy", () -> builder.onError(null));
        assertMissing("error policy", () -> builder.stream(ORDERS).onProductionError(null));
        assertMissing("error policy", () -> builder.globalTable(ORDERS, "g").onError(null));
        assertMissing("timeout of calls", () -> AsyncCalls.atMost(3).withTimeout(null));
        assertMissing("backoff", () -> ErrorPolicy.retry(1, null));
        assertMissing(
                "policy after the last attempt",
                () -> ErrorPolicy.retry(1, Duration.ZERO).then(null));
        assertMissing("handler of source 's'", () -> builder.ingest("s", () -> RecordSource.of(List.of()), null));
        assertMissing("supplier of source 's'", () -> builder.ingest("s", null, (item, out) -> {}));
        orders.peek((key, value) -> {});
        assertMissing("log", () -> builder.build().start(null, null));
    }

    @Test
    void aNameThatIsTooLongWithWhatIsMadeOfItIsRefusedWhereItIsGiven() {
        String hundred = "n".repeat(100);
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> orders.deduplicate(hundred, (key, value) -> value, Serdes.int64(), second))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("A deduplication's name has 1 to 93 characters");
        assertThatThrownBy(() -> orders.leftJoin(hundred, orders, Long::sum, JoinWindows.ofTimeDifference(second)))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("A join's name has 1 to 90 characters");
        var windows = grouped.windowedBy(TimeWindows.tumbling(second)).emitFinal();
        assertThatThrownBy(() -> windows.count(hundred))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("A window store's name has 1 to 91 characters");
        var sessions = grouped.windowedBy(SessionWindows.withGap(second)).emitFinal();
        assertThatThrownBy(() -> sessions.count(hundred))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("A window store's name has 1 to 91 characters");
        builder.onError(ErrorPolicy.deadLetter(Topic.of("d".repeat(240), Serdes.string(), Serdes.int64())));
        orders.peek((key, value) -> {});
        assertThatThrownBy(builder::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("give it one of at most 239");
    }

    @Test
    void whatChoosesPartitionsOrSeesTheKeyIsAskedForWhereItIsGiven() {
        StreamPartitioner<String, Long> anywhere = null;
        Joiner<String, Long, Long, Long> none = null;
        Table<String, Long> table = orders.toTable("rows");
        JoinWindows within = JoinWindows.ofTimeDifference(Duration.ofSeconds(1));
        assertMissing("partitioner", () -> orders.to(ORDERS, anywhere));
        assertMissing("partitioner", () -> orders.to((key, value, origin) -> ORDERS, List.of(ORDERS), anywhere));
        assertMissing("partitioner", () -> orders.repartition("r", anywhere));
        assertMissing("partitioner", () -> orders.repartition("r", 2, anywhere));
        assertMissing("topic", () -> orders.repartition((Topic<String, Long>) null, (key, value, count) -> 0));
        assertMissing("list of topics", () -> orders.to((key, value, origin) -> ORDERS, null));
        assertMissing("joiner", () -> orders.join(table, none));
        assertMissing("joiner", () -> orders.leftJoin("j", table, none, Duration.ZERO));
        assertMissing("joiner", () -> orders.outerJoin("j", orders, none, within));
        assertMissing("joiner", () -> table.join(table, none));
        assertMissing("joiner", () -> table.leftJoin("j", table, (key, value) -> key, none, Serdes.int64()));
        assertMissing("joiner", () -> orders.join(builder.globalTable(ORDERS, "g"), (key, value) -> key, none));
    }

    @Test
    void whatCogroupedWindowsLackIsRefusedWhereItIsGiven() {
        CogroupedStream<String, Long> cogrouped = grouped.cogroup((key, value, sum) -> sum);
        Duration second = Duration.ofSeconds(1);
        assertMissing("window", () -> cogrouped.windowedBy((TimeWindows) null));
        assertMissing("window", () -> cogrouped.windowedBy((SlidingWindows) null));
        assertMissing("window", () -> cogrouped.windowedBy((SessionWindows) null));
        var windows = cogrouped.windowedBy(TimeWindows.tumbling(second));
        var sessions = cogrouped.windowedBy(SessionWindows.withGap(second));
        assertNameAsked("window store", () -> windows.aggregate(NONE, () -> 0L, Serdes.int64()));
        assertMissing("supplier of the initial value", () -> windows.aggregate("w", null, Serdes.int64()));
        assertMissing("serde", () -> windows.aggregate("w", () -> 0L, NO_SERDE));
        assertMissing("session merger", () -> sessions.aggregate("s", () -> 0L, null, Serdes.int64()));
        assertThatThrownBy(() -> windows.emitFinal().aggregate("n".repeat(100), () -> 0L, Serdes.int64()))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("A window store's name has 1 to 91 characters");
    }

    @Test
    void whatAStepInPlainCodeLacksIsRefusedWhereItIsGiven() {
        Table<String, Long> table = orders.toTable("rows");
        TableProcessorFactory<String, Long, Long> none = null;
        TableProcessorFactory<String, Long, Long> some = stores -> (key, change, context) -> 0L;
        List<GlobalTable<?, ?>> noList = null;
        assertNameAsked("table", () -> table.processValues(NONE, some, Serdes.int64()));
        assertMissing("processor factory", () -> table.processValues("p", none, Serdes.int64()));
        assertMissing("value serde", () -> table.processValues("p", some, NO_SERDE));
        assertMissing("store", () -> table.processValues("p", some, Serdes.int64(), (StoreSpec<?>) null));
        assertMissing("list of global tables", () -> table.processValues("p", some, Serdes.int64(), noList));
        assertMissing(
                "list of global tables", () -> orders.process("p", stores -> (key, value, context) -> {}, noList));
        assertMissing(
                "table",
                () -> orders.process(
                        "p", stores -> (key, value, context) -> {}, Arrays.asList((GlobalTable<?, ?>) null)));
    }

    @Test
    void whatIsSaidOfVersionsBeforeIsSaidOfSomething() {
        assertNameAsked("step", () -> grouped.count("counts").renamedFrom(NONE));
        assertNameAsked("step", () -> grouped.renamedFrom(NONE));
        assertNameAsked("source", () -> builder.sourceRenamedFrom(NONE, "former"));
        assertNameAsked("source", () -> builder.sourceRenamedFrom("now", NONE));
        assertMissing("store", () -> builder.storeRenamedFrom(null, "former"));
        assertMissing("list of changes", () -> builder.allow((TopologyChange[]) null));
        assertMissing("change", () -> builder.allow(TopologyChange.drop("counts"), null));
        assertNameAsked("change", () -> TopologyChange.drop(NONE));
        orders.peek((key, value) -> {});
        assertMissing("log", () -> builder.build().plan(null));
    }
}
