package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Windows that slide along with the records, as a user's test sees them. */
class SlidingWindowTest {
    private static final Topic<String, Long> IN = Topic.of("in", Serdes.string(), Serdes.int64());
    private static final Topic<Windowed<String>, Long> OUT =
            Topic.of("out", WindowedSerdes.time(Serdes.string(), Duration.ofMillis(11)), Serdes.int64());
    private static final Topic<String, Long> LATE = Topic.of("late", Serdes.string(), Serdes.int64());

    private static Pipeline counts(boolean isFinal) {
        Pipeline.Builder builder = Pipeline.named("counts");
        var windowed =
                builder.stream(IN).groupByKey().windowedBy(SlidingWindows.ofTimeDifference(Duration.ofMillis(10)));
        var counts = (isFinal ? windowed.emitFinal() : windowed).count("counts");
        counts.toStream().to(OUT);
        counts.late().to(LATE);
        return builder.build();
    }

    private static Windowed<String> window(long start) {
        return new Windowed<>("a", start, start + 11);
    }

    @Test
    void aRecordThatIsLateForSomeOfItsWindowsIsCountedInTheOthersAndGoesToLate() {
        try (PipelineTest test = PipelineTest.of(counts(false))) {
            TestInputTopic<String, Long> in = test.input(IN);
            in.send("a", 1L, 100);
            in.send("a", 2L, 106);
            test.run();
            assertThat(test.output(OUT).readLatestPerKey())
                    .isEqualTo(Map.of(window(90), 1L, window(96), 2L, window(101), 1L));
            // Its own window ended at 103.
            in.send("a", 3L, 103);
            // All of its windows have ended.
            in.send("a", 4L, 95);
            test.run();
            assertThat(test.output(OUT).readLatestPerKey())
                    .isEqualTo(Map.of(window(90), 1L, window(96), 3L, window(101), 2L, window(104), 1L));
            assertThat(test.output(LATE).readValues()).containsExactly(3L, 4L);
        }
    }

    /** It ends with the last record and begins right behind the one before. */
    @Test
    void aWindowBetweenTwoRecordsIsToldOfOnce() {
        Pipeline.Builder builder = Pipeline.named("counts");
        var counts = builder.stream(IN)
                .groupByKey()
                .windowedBy(SlidingWindows.ofTimeDifference(Duration.ofMillis(10)))
                .count("counts");
        counts.toStream().to(OUT);
        counts.groupBy("by-key", (window, count) -> window.key(), Serdes.string())
                .count("windows")
                .toStream()
                .to(LATE);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            // The first makes the window by which the third finds the second.
            test.input(IN).send("a", 1L, 95);
            test.input(IN).send("a", 2L, 100);
            test.input(IN).send("a", 3L, 111);
            test.run();
            assertThat(test.output(OUT).readKeyValues())
                    .containsExactlyInAnyOrder(
                            Map.entry(window(85), 1L),
                            Map.entry(window(90), 2L),
                            Map.entry(window(96), 1L),
                            Map.entry(window(101), 1L));
            assertThat(test.output(LATE).readLatestPerKey()).isEqualTo(Map.of("a", 4L));
        }
    }

    @Test
    void whatHasClosedIsToldOfWhenNothingComesAnyMoreAndMakesNewWindowsAllTheSame() {
        try (PipelineTest test = PipelineTest.of(
                counts(true),
                PipelineTestSettings.defaults().withApplication(app -> app.withIdleTimeout(Duration.ofSeconds(1))))) {
            TestOutputTopic<Windowed<String>, Long> out = test.output(OUT);
            test.input(IN).send("a", 1L, 100);
            test.run();
            assertThat(out.isEmpty()).isTrue();
            test.input(IN).send("a", 2L, 105);
            test.run();
            // The first window is told of, and what is in the second one was in it.
            assertThat(out.readKeyValues()).containsExactly(Map.entry(window(90), 1L));
            test.crashAndRestart();
            test.advanceTime(Duration.ofSeconds(5));
            assertThat(out.readKeyValues()).containsExactly(Map.entry(window(95), 2L), Map.entry(window(101), 1L));
        }
    }

    /** More windows than are read at once. */
    @Test
    void aRecordChangesAllOfItsWindowsHoweverManyThereAre() {
        Pipeline.Builder builder = Pipeline.named("counts");
        var counts = builder.stream(IN)
                .groupByKey()
                .windowedBy(SlidingWindows.ofTimeDifference(Duration.ofMillis(1_000)))
                .count("counts");
        counts.toStream().to(OUT);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            for (int i = 0; i < 300; i++) {
                test.input(IN).send("a", 1L, 2_000 + i);
            }
            test.run();
            Map<Windowed<String>, Long> latest = test.output(OUT).readLatestPerKey();
            assertThat(latest).hasSize(599);
            for (int i = 0; i < 300; i++) {
                assertThat(latest).containsEntry(new Windowed<>("a", 1_000 + i, 1_011 + i), i + 1L);
            }
        }
    }

    @Test
    void windowsThatNobodyCanNeedLeaveTheStores() {
        for (boolean isFinal : new boolean[] {true, false}) {
            try (PipelineTest test = PipelineTest.of(
                    counts(isFinal), PipelineTestSettings.defaults().withPartitions(1))) {
                for (int i = 0; i < 300; i++) {
                    test.input(IN).send("a", 1L, 100 + i * 100);
                }
                test.run();
                assertThat(test.state("counts")).hasSize(1);
            }
        }
    }
}
