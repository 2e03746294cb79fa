package io.millrace.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which joins of streams may be written, and what is refused with which fix. */
class StreamJoinRuleTest {
    private static final Topic<String, Long> LEFT = Topic.of("left", Serdes.string(), Serdes.int64());
    private static final Topic<String, String> RIGHT = Topic.of("right", Serdes.string(), Serdes.string());
    private static final Topic<String, String> OUT = Topic.of("out", Serdes.string(), Serdes.string());
    private static final JoinWindows WINDOWS = JoinWindows.ofTimeDifference(Duration.ofMinutes(5));

    private final Pipeline.Builder builder = Pipeline.named("test");

    private static String text(Long left, String right) {
        return left + right;
    }

    @Test
    void distancesAreWholeMillisecondsOfAPracticalSizeThatLeaveRoom() {
        assertThat(WINDOWS.withBefore(Duration.ofMinutes(-1)).withGrace(Duration.ofMillis(1)))
                .isEqualTo(new JoinWindows(Duration.ofMinutes(-1), Duration.ofMinutes(5), Duration.ofMillis(1)));
        assertThatThrownBy(() -> JoinWindows.ofTimeDifference(Duration.ofNanos(1_500_000)))
                .hasMessageContaining("The time before is -36500 days to 36500 days in whole milliseconds");
        assertThatThrownBy(() -> WINDOWS.withAfter(Duration.ofDays(40_000)))
                .hasMessageContaining("The time after is -36500 days to 36500 days");
        assertThatThrownBy(() -> WINDOWS.withBefore(Duration.ofMinutes(-6)))
                .hasMessageContaining("No record is PT-6M before another one at the earliest and PT5M after it");
        assertThatThrownBy(() -> WINDOWS.withGrace(Duration.ofMillis(-1)))
                .hasMessageContaining("The grace of windows is 0 ms");
    }

    @Test
    void eachJoinHasStoresOfItsName() {
        var left = builder.stream(LEFT);
        left.join("in", builder.stream(RIGHT), StreamJoinRuleTest::text, WINDOWS);
        left.outerJoin("out", builder.stream(RIGHT), StreamJoinRuleTest::text, WINDOWS);
        left.join("self", left, Long::sum, WINDOWS);
        List<List<String>> stores = TopologyManifest.of(Planner.plan(builder.build())).steps().stream()
                .map(step -> List.copyOf(step.stores().keySet()))
                .toList();
        assertThat(stores)
                .containsExactly(
                        List.of(),
                        List.of(),
                        List.of("in-left", "in-right"),
                        List.of("out-left", "out-right", "out-unmatched"),
                        List.of("self-records"));
    }

    @Test
    void twoJoinsOfOneNameAreRefused() {
        var left = builder.stream(LEFT);
        left.join("one", builder.stream(RIGHT), StreamJoinRuleTest::text, WINDOWS);
        left.leftJoin("one", builder.stream(RIGHT), StreamJoinRuleTest::text, WINDOWS);
        assertThatThrownBy(builder::build).hasMessageContaining("Two steps are called 'one'");
        assertThatThrownBy(() -> left.join("no name", left, Long::sum, WINDOWS)).hasMessageContaining("'no name'");
    }

    @Test
    void topicsOfDifferentPartitionCountsAreRefused() {
        builder.stream(LEFT.withPartitions(3))
                .join("one", builder.stream(RIGHT.withPartitions(4)), StreamJoinRuleTest::text, WINDOWS);
        assertThatThrownBy(builder::build)
                .hasMessageContaining("The inputs of 'join one' must have equally many partitions")
                .hasMessageContaining("left has 3 and right has 4");
    }

    @Test
    void aChangedKeyNeedsARepartition() {
        var changed =
                builder.stream(LEFT).selectKey((key, value) -> key + value).withSerdes(Serdes.string(), Serdes.int64());
        changed.join("one", builder.stream(RIGHT), StreamJoinRuleTest::text, WINDOWS);
        assertThatThrownBy(builder::build)
                .hasMessageContaining("'join one' goes by key, but 'selectKey' before it may have changed the key")
                .hasMessageContaining("call repartition(name)");
    }

    @Test
    void whoseValuesCannotBeWrittenIsToldSo() {
        var left = builder.stream(LEFT).<Long>mapValues(value -> value + 1);
        assertThatThrownBy(() -> left.leftJoin("one", builder.stream(RIGHT), StreamJoinRuleTest::text, WINDOWS))
                .hasMessageContaining("call withValueSerde(serde) before leftJoin(...)");
    }

    @Test
    void streamsOfTwoPipelinesCannotMeet() {
        var other = Pipeline.named("other").stream(RIGHT);
        assertThatThrownBy(() -> builder.stream(LEFT).join("one", other, StreamJoinRuleTest::text, WINDOWS))
                .hasMessageContaining("Streams of two pipelines");
    }

    @Test
    void lateRecordsThatNobodyUsesAreAForgottenStep() {
        var joined = builder.stream(LEFT).join("one", builder.stream(RIGHT), StreamJoinRuleTest::text, WINDOWS);
        joined.lateRight();
        assertThatThrownBy(builder::build).hasMessageContaining("Nothing is done with 'output late-right'");
        joined.lateRight().to(OUT);
        assertThat(builder.build().steps()).hasSize(5);
    }
}
