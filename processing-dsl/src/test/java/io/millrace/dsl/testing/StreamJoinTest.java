package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.JoinWindows;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.plan.Changelog;
import io.millrace.dsl.runtime.LogReading;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Joins of streams as a user's test sees them: of lagging and silent inputs, hot keys, and what lies behind them. */
class StreamJoinTest {
    private static final Topic<String, String> ORDERS = Topic.of("orders", Serdes.string(), Serdes.string());
    private static final Topic<String, String> PAYMENTS = Topic.of("payments", Serdes.string(), Serdes.string());
    private static final Topic<String, String> OUT = Topic.of("out", Serdes.string(), Serdes.string());
    private static final Topic<String, Long> COUNTS = Topic.of("counts", Serdes.string(), Serdes.int64());
    private static final Topic<String, String> LATE = Topic.of("late", Serdes.string(), Serdes.string());
    private static final JoinWindows MINUTE = JoinWindows.ofTimeDifference(Duration.ofMinutes(1));
    private static final long HOUR = Duration.ofHours(1).toMillis();

    /** Orders with the payments of the minute before or after. */
    private static Pipeline paid() {
        Pipeline.Builder builder = Pipeline.named("paid");
        var joined = builder.stream(ORDERS)
                .leftJoin("paid", builder.stream(PAYMENTS), (order, payment) -> order + "-" + payment, MINUTE);
        var results = joined.withValueSerde(Serdes.string());
        results.to(OUT);
        results.groupByKey().count("counted").toStream().to(COUNTS);
        joined.lateLeft().merge(joined.lateRight()).to(LATE);
        return builder.build();
    }

    @Test
    void anInputThatLagsByHoursLosesNothing() {
        try (PipelineTest test = PipelineTest.of(paid())) {
            TestInputTopic<String, String> orders = test.input(ORDERS);
            for (int hour = 0; hour < 10; hour++) {
                orders.send("a", "o" + hour, hour * HOUR);
            }
            test.run();
            TestInputTopic<String, String> payments = test.input(PAYMENTS);
            for (int hour = 0; hour < 9; hour++) {
                payments.send("a", "p" + hour, hour * HOUR + 30_000);
            }
            test.run();
            assertThat(test.output(OUT).readValues())
                    .containsExactly("o0-p0", "o1-p1", "o2-p2", "o3-p3", "o4-p4", "o5-p5", "o6-p6", "o7-p7", "o8-p8");
            assertThat(test.output(LATE).isEmpty()).isTrue();
        }
    }

    @Test
    void whatMetNoneIsToldOfWhenNothingComesAnyMoreOverARestart() {
        try (PipelineTest test = PipelineTest.of(
                paid(),
                PipelineTestSettings.defaults().withApplication(app -> app.withIdleTimeout(Duration.ofSeconds(10))))) {
            TestOutputTopic<String, String> out = test.output(OUT);
            test.input(ORDERS).send("a", "o1", HOUR);
            test.run();
            test.advanceTime(Duration.ofSeconds(60));
            assertThat(out.isEmpty()).isTrue();
            test.crashAndRestart();
            test.advanceTime(Duration.ofSeconds(80));
            assertThat(out.readAll()).singleElement().satisfies(result -> {
                assertThat(result.value()).isEqualTo("o1-null");
                assertThat(result.timestamp()).isEqualTo(HOUR);
            });
            test.input(PAYMENTS).send("a", "p1", HOUR);
            test.input(ORDERS).send("a", "o1", HOUR);
            test.run();
            assertThat(out.isEmpty()).isTrue();
            assertThat(test.output(LATE).readValues()).containsExactlyInAnyOrder("p1", "o1");
        }
    }

    /** More than are read at once, many of them of one moment; each result changes a store before the next record is read. */
    @Test
    void aHotKeyMeetsAllOfItsPartnersAndNoneOfThemIsToldOfAlone() {
        int count = 300;
        try (PipelineTest test = PipelineTest.of(paid())) {
            List<String> expected = new ArrayList<>();
            TestOutputTopic<String, String> out = test.output(OUT);
            for (int i = 0; i < count; i++) {
                test.input(ORDERS).send("hot", "o" + i, HOUR + i / 100);
                expected.add("o" + i + "-p");
            }
            test.run();
            test.input(PAYMENTS).send("hot", "p", HOUR);
            test.run();
            assertThat(out.readValues()).containsExactlyElementsOf(expected);
            assertThat(test.output(COUNTS).readLatestPerKey()).isEqualTo(Map.of("hot", (long) count));
            test.input(ORDERS).send("hot", "end", 3 * HOUR);
            test.input(PAYMENTS).send("hot", "end", 3 * HOUR);
            test.run();
            assertThat(out.readValues()).containsExactly("end-end");
        }
    }

    @Test
    void aRecordIsTakenFromTheUnmatchedOnesOnceHoweverManyItMeets() {
        try (PipelineTest test =
                PipelineTest.of(paid(), PipelineTestSettings.defaults().withPartitions(1))) {
            for (int i = 0; i < 10; i++) {
                test.input(ORDERS).send("hot", "o" + i, HOUR + i);
            }
            test.run();
            for (int i = 0; i < 20; i++) {
                test.input(PAYMENTS).send("hot", "p" + i, HOUR + i);
                test.run();
            }
            Topic<BytesView, BytesView> changes =
                    Topic.of(Changelog.topic("paid", "paid-unmatched"), Serdes.bytes(), Serdes.bytes());
            long taken = LogReading.read(test.log(), changes, 0).stream()
                    .filter(change -> change.value() == null)
                    .count();
            assertThat(taken).isEqualTo(10);
        }
    }

    @Test
    void whatCannotMeetAnyMoreLeavesTheStores() {
        try (PipelineTest test =
                PipelineTest.of(paid(), PipelineTestSettings.defaults().withPartitions(1))) {
            for (int i = 0; i < 500; i++) {
                test.input(ORDERS).send("a", "o" + i, i * HOUR);
                test.input(PAYMENTS).send("a", "p" + i, i * HOUR);
            }
            test.run();
            assertThat(test.state("paid-left")).hasSize(1);
            assertThat(test.state("paid-right")).hasSize(1);
            assertThat(test.output(OUT).readValues()).hasSize(500);
        }
    }
}
