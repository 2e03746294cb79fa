package io.millrace.dsl;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.List;
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
                .hasMessageContaining(what + "'s name has 1 to ")
                .hasMessageContaining("characters of a-z, A-Z, 0-9, '.', '_' and '-'")
                .hasMessageContaining("got no name");
    }

    private static void assertMissing(String what, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("A " + what + " is missing");
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
}
