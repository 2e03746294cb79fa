package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import io.millrace.state.Timestamped;
import io.millrace.state.time.TimedKey;
import io.millrace.state.time.VersionedStore;
import io.millrace.state.time.VersionedTableSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Versioned tables and joins that wait for them as a user's test sees them: of lagging and silent inputs, restarts and moves. */
class VersionedTableTest {
    private static final Topic<String, Long> PRICES = Topic.of("prices", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> MORE_PRICES = Topic.of("more-prices", Serdes.string(), Serdes.int64());
    private static final Topic<String, String> ORDERS = Topic.of("orders", Serdes.string(), Serdes.string());
    private static final Topic<String, String> OUT = Topic.of("out", Serdes.string(), Serdes.string());
    private static final Duration HISTORY = Duration.ofHours(1);
    private static final Duration GRACE = Duration.ofMinutes(10);
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final long HOUR = HISTORY.toMillis();
    private static final VersionedTableSpec<String, Long> STORE =
            VersionedTableSpec.of("prices", Serdes.string(), Serdes.int64(), HISTORY);

    private static Pipeline atOnce() {
        Pipeline.Builder builder = Pipeline.named("priced");
        builder.stream(ORDERS)
                .leftJoin(builder.table(PRICES, "prices", HISTORY), (order, price) -> order + "-" + price)
                .to(OUT);
        return builder.build();
    }

    private static Pipeline afterGrace() {
        Pipeline.Builder builder = Pipeline.named("priced");
        builder.stream(ORDERS)
                .leftJoin(
                        "waiting",
                        builder.table(PRICES, "prices", HISTORY),
                        (order, price) -> order + "-" + price,
                        GRACE)
                .to(OUT);
        return builder.build();
    }

    private static PipelineTest start(Pipeline pipeline) {
        return PipelineTest.of(
                pipeline,
                PipelineTestSettings.defaults()
                        .withPartitions(1)
                        .withApplication(app -> app.withIdleTimeout(Duration.ofSeconds(10))));
    }

    /** Both inputs have come so far, of keys of their own. */
    private static void passTo(PipelineTest test, long time) {
        test.input(PRICES).send("none", 0L, time);
        test.run();
        test.input(ORDERS).send("nobody", "o", time);
        test.run();
    }

    /** What has come of the orders of a since the last look. */
    private static List<String> ofA(TestOutputTopic<String, String> out) {
        return out.readAll().stream()
                .filter(result -> "a".equals(result.key()))
                .map(result -> result.value() + "@" + result.timestamp())
                .toList();
    }

    @Test
    void aStreamThatLagsByHoursFindsWhatWas() {
        for (Pipeline pipeline : List.of(atOnce(), afterGrace())) {
            try (PipelineTest test = start(pipeline)) {
                for (long hour = 0; hour < 10; hour++) {
                    test.input(PRICES).send("a", hour, hour * HOUR);
                }
                test.run();
                for (long hour = 0; hour < 9; hour++) {
                    test.input(ORDERS).send("a", "o" + hour, hour * HOUR + MINUTE);
                }
                test.run();
                assertThat(test.output(OUT).readValues())
                        .startsWith("o0-0", "o1-1", "o2-2", "o3-3", "o4-4", "o5-5", "o6-6", "o7-7");
            }
        }
    }

    @Test
    void whatIsFurtherBehindThanTheHistoryIsNotFoundButWhatIsSoStill() {
        try (PipelineTest test = start(atOnce())) {
            test.input(PRICES).send("a", 1L, 0);
            test.input(PRICES).send("a", 2L, MINUTE);
            test.input(PRICES).send("b", 3L, 0);
            passTo(test, HOUR + MINUTE);
            test.input(ORDERS).send("a", "o1", MINUTE - 1);
            test.input(ORDERS).send("a", "o2", MINUTE);
            test.input(ORDERS).send("b", "o3", 0);
            test.run();
            assertThat(test.output(OUT).readValues()).containsExactly("o-null", "o1-null", "o2-2", "o3-3");
        }
    }

    @Test
    void aTableToWhichNothingComesForHoursTakesWhatComesInTheEnd() {
        try (PipelineTest test = start(atOnce())) {
            test.input(PRICES).send("a", 1L, 0);
            test.input(ORDERS).send("b", "o", 10 * HOUR);
            test.run();
            test.advanceTime(Duration.ofHours(20));
            test.input(PRICES).send("a", 2L, HOUR);
            test.run();
            assertThat(test.state("prices")).isEqualTo(Map.of("a", 2L));
        }
    }

    @Test
    void stateIsReadAsItIsAndAsItWas() {
        try (PipelineTest test = start(afterGrace())) {
            test.input(PRICES).send("a", 2L, 2 * MINUTE);
            test.input(PRICES).send("a", 1L, MINUTE);
            test.input(ORDERS).send("a", "o1", MINUTE);
            test.run();
            VersionedStore<String, Long> prices = test.state(STORE);
            assertThat(prices.get("a")).isEqualTo(new Timestamped<>(2L, 2 * MINUTE));
            assertThat(prices.get("a", 2 * MINUTE - 1)).isEqualTo(new Timestamped<>(1L, MINUTE));
            assertThat(prices.get("a", MINUTE - 1)).isNull();
            assertThat(test.state("prices")).isEqualTo(Map.of("a", 2L));
            assertThat(test.state("waiting")).isEqualTo(Map.of(new TimedKey<>("a", MINUTE, 0), "o1"));
        }
    }

    // --- with a grace

    @Test
    void aRecordWaitsForChangesThatComeLateAndThenIsJoinedInTheOrderOfTime() {
        try (PipelineTest test = start(afterGrace())) {
            TestOutputTopic<String, String> out = test.output(OUT);
            test.input(PRICES).send("a", 1L, 0);
            test.input(ORDERS).send("a", "o3", 3 * MINUTE);
            test.input(ORDERS).send("a", "o1", MINUTE);
            test.input(ORDERS).send("a", "o2", 2 * MINUTE);
            passTo(test, 11 * MINUTE - 1);
            assertThat(ofA(out)).isEmpty();
            test.input(PRICES).send("a", 2L, 2 * MINUTE);
            passTo(test, 12 * MINUTE);
            assertThat(ofA(out)).containsExactly("o1-1@60000", "o2-2@120000");
            passTo(test, 13 * MINUTE);
            assertThat(ofA(out)).containsExactly("o3-2@180000");
        }
    }

    @Test
    void aRecordBehindTheGraceIsJoinedAtOnceAndOneWithoutAKeyToo() {
        try (PipelineTest test = start(afterGrace())) {
            test.input(PRICES).send("a", 1L, 0);
            passTo(test, 20 * MINUTE);
            test.input(ORDERS).send("a", "late", 10 * MINUTE - 1);
            test.input(ORDERS).send("a", "waits", 10 * MINUTE + 1);
            test.input(ORDERS).send(null, "unkeyed", 20 * MINUTE);
            test.run();
            assertThat(test.output(OUT).readValues()).containsExactly("late-1", "unkeyed-null");
            assertThat(test.state("waiting")).containsValue("waits");
        }
    }

    @Test
    void whatWaitsComesWhenNothingComesAnyMoreAlsoOverARestart() {
        try (PipelineTest test = start(afterGrace())) {
            TestOutputTopic<String, String> out = test.output(OUT);
            test.input(PRICES).send("a", 1L, 0);
            test.input(ORDERS).send("a", "o1", MINUTE);
            test.run();
            test.advanceTime(Duration.ofMinutes(5));
            test.crashAndRestart();
            test.advanceTime(Duration.ofMinutes(1));
            assertThat(ofA(out)).isEmpty();
            test.advanceTime(Duration.ofMinutes(20));
            assertThat(ofA(out)).containsExactly("o1-1@60000");
            assertThat(test.state("waiting")).isEmpty();
            test.crashAndRestart();
            test.advanceTime(Duration.ofMinutes(20));
            assertThat(ofA(out)).isEmpty();
        }
    }

    /** The change that moves time is kept before what it makes due is joined. */
    @Test
    void aJumpOfTimeBeyondTheHistoryTakesNothingFromWhatWaits() {
        Pipeline.Builder builder = Pipeline.named("priced");
        var prices = builder.stream(PRICES, MORE_PRICES).toTable("prices", HISTORY);
        builder.stream(ORDERS)
                .leftJoin("waiting", prices, (order, price) -> order + "-" + price, GRACE)
                .to(OUT);
        try (PipelineTest test = start(builder.build())) {
            TestOutputTopic<String, String> out = test.output(OUT);
            test.input(MORE_PRICES).send("a", 1L, 0);
            test.input(PRICES).send("a", 2L, 2 * MINUTE);
            test.input(PRICES).send("a", 3L, 10 * HOUR);
            test.input(ORDERS).send("a", "o1", MINUTE);
            test.input(ORDERS).send("nobody", "o", 10 * HOUR);
            test.run();
            assertThat(ofA(out)).isEmpty();
            test.input(MORE_PRICES).send("none", 4L, 10 * HOUR);
            test.run();
            assertThat(ofA(out)).containsExactly("o1-1@60000");
        }
    }

    @Test
    void whatWaitsMovesToAnotherInstanceAndComesOnce() {
        try (PipelineTest test = PipelineTest.of(
                afterGrace(),
                PipelineTestSettings.defaults()
                        .withPartitions(4)
                        .withApplication(app -> app.withIdleTimeout(Duration.ofSeconds(10))))) {
            TestOutputTopic<String, String> out = test.output(OUT);
            for (int key = 0; key < 20; key++) {
                test.input(PRICES).send("k" + key, (long) key, 0);
                test.input(ORDERS).send("k" + key, "o" + key, MINUTE);
            }
            test.run();
            test.addInstance();
            test.run();
            assertThat(out.isEmpty()).isTrue();
            test.advanceTime(Duration.ofMinutes(20));
            assertThat(out.readAll())
                    .hasSize(20)
                    .allSatisfy(result -> assertThat(result.value())
                            .isEqualTo("o" + result.key().substring(1) + "-"
                                    + result.key().substring(1)));
            test.removeInstance();
            test.advanceTime(Duration.ofMinutes(20));
            assertThat(out.isEmpty()).isTrue();
        }
    }
}
