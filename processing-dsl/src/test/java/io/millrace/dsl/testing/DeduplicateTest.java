package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.DeduplicateStep;
import io.millrace.dsl.DeduplicatedStream;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What repeats is taken out. The id of an order is its value's text; "none" has no id. */
class DeduplicateTest {
    private static final Topic<String, String> ORDERS = Topic.of("orders", Serdes.string(), Serdes.string());
    private static final Topic<String, String> ONCE = Topic.of("once", Serdes.string(), Serdes.string());
    private static final Topic<String, String> REPEATED = Topic.of("repeated", Serdes.string(), Serdes.string());
    private static final PipelineTestSettings ONE_PARTITION =
            PipelineTestSettings.defaults().withPartitions(1);
    private static final Duration WINDOW = Duration.ofMillis(100);

    private static DeduplicatedStream<String, String> once(EventStream<String, String> orders, Duration window) {
        return orders.deduplicate("ids", (key, value) -> value.equals("none") ? null : value, Serdes.string(), window);
    }

    private static Pipeline pipeline(ErrorPolicy policy) {
        Pipeline.Builder builder = Pipeline.named("orders");
        once(builder.stream(ORDERS).onError(policy), WINDOW).to(ONCE);
        return builder.build();
    }

    private static Pipeline pipeline() {
        return pipeline(ErrorPolicy.stop());
    }

    private static DeduplicateStep step(Pipeline pipeline) {
        return pipeline.steps().stream()
                .filter(DeduplicateStep.class::isInstance)
                .map(DeduplicateStep.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theFirstOfAnIdPassesWithItsTimestampAndTheRestOfItsWindowDoesNot() {
        try (PipelineTest test = PipelineTest.of(pipeline(), ONE_PARTITION)) {
            TestInputTopic<String, String> orders = test.input(ORDERS);
            orders.send("a", "1", 1_000);
            orders.send("a", "1", 1_000);
            orders.send("a", "2", 1_050);
            orders.send("a", "1", 1_099);
            orders.send("a", "1", 1_100);
            orders.send("a", "1", 1_199);
            test.run();
            assertThat(test.output(ONCE).readAll())
                    .extracting(seen -> seen.value() + "@" + seen.timestamp())
                    .containsExactly("1@1000", "2@1050", "1@1100");
        }
    }

    @Test
    void oneThatComesOutOfOrderRepeatsTheLaterOneThatHasPassed() {
        try (PipelineTest test = PipelineTest.of(pipeline(), ONE_PARTITION)) {
            TestInputTopic<String, String> orders = test.input(ORDERS);
            orders.send("a", "1", 1_100);
            orders.send("a", "1", 1_001);
            orders.send("a", "1", 1_000);
            orders.send("a", "1", 999);
            test.run();
            assertThat(test.output(ONCE).readAll())
                    .extracting(seen -> seen.value() + "@" + seen.timestamp())
                    .containsExactly("1@1100", "1@1000");
        }
    }

    @Test
    void idsAreThoseOfAKey() {
        try (PipelineTest test = PipelineTest.of(pipeline())) {
            test.input(ORDERS).send("a", "1", 1_000);
            test.input(ORDERS).send("b", "1", 1_000);
            test.input(ORDERS).send("a", "1", 1_000);
            test.run();
            assertThat(test.output(ONCE).readKeyValues())
                    .containsExactlyInAnyOrder(Map.entry("a", "1"), Map.entry("b", "1"));
        }
    }

    @Test
    void whatHasPassedIsKnownInTheNextLife() {
        try (PipelineTest test = PipelineTest.of(pipeline(), ONE_PARTITION)) {
            test.input(ORDERS).send("a", "1", 1_000);
            test.run();
            test.crashAndRestart();
            test.input(ORDERS).send("a", "1", 1_050);
            test.run();
            assertThat(test.output(ONCE).readValues()).containsExactly("1");
        }
    }

    /** Event time is that of the input that lags, and not known before it has a record. */
    @Test
    void anInputThatRunsAheadForgetsNothingThatOneThatLagsMayRepeat() {
        Topic<String, String> lagging = Topic.of("lagging", Serdes.string(), Serdes.string());
        Pipeline.Builder builder = Pipeline.named("orders");
        once(builder.stream(ORDERS, lagging), WINDOW).to(ONCE);
        PipelineTestSettings settings = ONE_PARTITION.withApplication(AppSettings::withoutIdleTimeout);
        try (PipelineTest test = PipelineTest.of(builder.build(), settings)) {
            test.input(ORDERS).send("a", "1", 1_000);
            test.input(ORDERS).send("a", "2", 9_000);
            test.input(ORDERS).send("a", "3", 500);
            test.run();
            test.input(lagging).send("a", "1", 1_001);
            test.run();
            test.crashAndRestart();
            test.input(lagging).send("a", "1", 1_002);
            test.input(lagging).send("a", "4", 1_101);
            test.run();
            // Also after the kill time is that of the input that lags, 1,101: the other one was at 9,000 before.
            test.input(ORDERS).send("a", "5", 1_001);
            test.input(ORDERS).send("a", "6", 1_000);
            test.run();
            assertThat(test.output(ONCE).readValues()).containsExactly("1", "2", "3", "4", "5");
        }
    }

    @Test
    void nothingIsForgottenBeforeEventTimeIsTwoWindowsBehindIt() {
        Pipeline pipeline = pipeline();
        try (PipelineTest test = PipelineTest.of(pipeline, ONE_PARTITION)) {
            test.input(ORDERS).send("a", "1", 1_000);
            test.input(ORDERS).send("a", "2", 1_199);
            test.run();
            assertThat(test.state(step(pipeline).passed()).all().toList()).hasSize(2);
            test.input(ORDERS).send("a", "3", 1_200);
            test.run();
            assertThat(test.state(step(pipeline).passed()).all().toList())
                    .extracting(entry -> entry.getKey().id())
                    .containsExactly("2", "3");
        }
    }

    /** Event time stands still: nothing is forgotten before the other input has come as far. */
    @Test
    void anIdOfManyRecordsIsKeptWholeAndForgottenWhole() {
        Topic<String, String> lagging = Topic.of("lagging", Serdes.string(), Serdes.string());
        Pipeline.Builder builder = Pipeline.named("orders");
        once(builder.stream(ORDERS, lagging), WINDOW).to(ONCE);
        Pipeline pipeline = builder.build();
        PipelineTestSettings settings = ONE_PARTITION.withApplication(AppSettings::withoutIdleTimeout);
        int count = 500;
        try (PipelineTest test = PipelineTest.of(pipeline, settings)) {
            test.input(lagging).send("a", "0", 1_000);
            for (int i = 0; i < count; i++) {
                // Every other one first, and then what is between.
                test.input(ORDERS).send("a", "hot", 100_000 + i * 37 % count * 100L);
            }
            test.run();
            test.crashAndRestart();
            for (int i = 0; i < count; i++) {
                test.input(ORDERS).send("a", "hot", 100_000 + i * 100L + i % 99);
            }
            test.run();
            assertThat(test.output(ONCE).readAll()).hasSize(1 + count);
            assertThat(test.state(step(pipeline).passed()).approximateCount()).isBetween(5L, (long) count / 4);
            test.input(lagging).send("a", "1", 120_000);
            test.input(ORDERS).send("a", "hot", 160_000);
            test.run();
            test.input(ORDERS).send("a", "hot", 119_900);
            test.input(ORDERS).send("a", "hot", 119_850);
            test.run();
            assertThat(test.output(ONCE).readAll().stream().skip(1 + count))
                    .extracting(seen -> seen.value() + "@" + seen.timestamp())
                    .containsExactlyInAnyOrder("1@120000", "hot@160000");
            test.input(lagging).send("a", "2", 900_000);
            test.input(ORDERS).send("a", "3", 900_000);
            test.run();
            assertThat(test.state(step(pipeline).passed()).all().toList())
                    .extracting(entry -> entry.getKey().id())
                    .containsExactlyInAnyOrder("2", "3");
        }
    }

    @Test
    void idleInputForgets() {
        Pipeline pipeline = pipeline();
        PipelineTestSettings settings =
                ONE_PARTITION.withApplication(application -> application.withIdleTimeout(Duration.ofSeconds(5)));
        try (PipelineTest test = PipelineTest.of(pipeline, settings)) {
            test.input(ORDERS).send("a", "1", 1_000);
            test.run();
            assertThat(test.state(step(pipeline).passed()).approximateCount()).isEqualTo(1);
            test.advanceTime(Duration.ofSeconds(10));
            assertThat(test.state(step(pipeline).passed()).all().toList()).isEmpty();
            assertThat(test.state(step(pipeline).expiry()).next()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void aRecordWithoutAnIdIsAnErrorOfThatRecord() {
        try (PipelineTest test = PipelineTest.of(pipeline(), ONE_PARTITION)) {
            test.input(ORDERS).send("a", "none", 1_000);
            assertThat(test.runUntilFailure())
                    .hasStackTraceContaining("A record has no id for deduplicate 'ids'")
                    .hasStackTraceContaining("give them one in idOf");
        }
        try (PipelineTest test = PipelineTest.of(pipeline(ErrorPolicy.skip()), ONE_PARTITION)) {
            test.input(ORDERS).send("a", "none", 1_000);
            test.input(ORDERS).send("a", "1", 1_000);
            test.run();
            assertThat(test.output(ONCE).readValues()).containsExactly("1");
            assertThat(test.status().recordsSkipped()).isEqualTo(1);
        }
    }

    @Test
    void whatRepeatsCanBeHad() {
        Pipeline.Builder builder = Pipeline.named("orders");
        DeduplicatedStream<String, String> once = once(builder.stream(ORDERS), WINDOW);
        once.to(ONCE);
        once.duplicates().to(REPEATED);
        try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
            test.input(ORDERS).send("a", "1", 1_000);
            test.input(ORDERS).send("a", "1", 1_001);
            test.input(ORDERS).send(null, "1", 1_001);
            test.run();
            assertThat(test.output(REPEATED).readAll())
                    .extracting(seen -> seen.value() + "@" + seen.timestamp())
                    .containsExactly("1@1001");
            assertThat(test.output(ONCE).readValues()).containsExactly("1");
        }
    }

    @Test
    void whatIsBehindItMayGoByKeyAndWhatIsBeforeItMayNotHaveChangedIt() {
        Pipeline.Builder builder = Pipeline.named("orders");
        once(builder.stream(ORDERS), WINDOW).groupByKey().count("counts");
        assertThat(builder.build().steps()).hasSize(3);
        Pipeline.Builder changed = Pipeline.named("orders");
        once(
                        changed.stream(ORDERS)
                                .selectKey((key, value) -> value)
                                .withSerdes(Serdes.string(), Serdes.string()),
                        WINDOW)
                .to(ONCE);
        assertThatThrownBy(changed::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("'deduplicate ids' goes by key")
                .hasMessageContaining("repartition(name)");
    }

    @Test
    void aWindowHasALengthAndAResultHasAUse() {
        EventStream<String, String> orders = Pipeline.named("orders").stream(ORDERS);
        for (Duration window : List.of(Duration.ZERO, Duration.ofNanos(1), Duration.ofDays(40_000))) {
            assertThatThrownBy(() -> once(orders, window))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("The window of deduplicate 'ids' is 1 ms to");
        }
        Pipeline.Builder unused = Pipeline.named("orders");
        once(unused.stream(ORDERS), WINDOW);
        assertThatThrownBy(unused::build).hasMessageContaining("Nothing is done with 'deduplicate ids'");
    }
}
