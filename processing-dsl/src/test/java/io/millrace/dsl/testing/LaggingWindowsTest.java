package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.GroupedStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.dsl.WindowedTable;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Windows of two inputs of which one lags: the one that is ahead closes nothing. */
class LaggingWindowsTest {
    private static final Topic<String, Long> AHEAD = Topic.of("ahead", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> BEHIND = Topic.of("behind", Serdes.string(), Serdes.int64());
    private static final Topic<Windowed<String>, Long> OUT =
            Topic.of("out", WindowedSerdes.session(Serdes.string()), Serdes.int64());
    private static final Topic<String, Long> LATE = Topic.of("late", Serdes.string(), Serdes.int64());

    private static final TimeWindows TEN_MILLIS = TimeWindows.tumbling(Duration.ofMillis(10));
    private static final SlidingWindows SLIDES = SlidingWindows.ofTimeDifference(Duration.ofMillis(10));
    private static final SessionWindows GAPS =
            SessionWindows.withGap(Duration.ofMillis(5)).withGrace(Duration.ofMillis(4));

    private static final Map<Windowed<String>, Long> TUMBLED = Map.of(new Windowed<>("a", 100, 110), 2L);
    private static final Map<Windowed<String>, Long> SLID = Map.of(
            new Windowed<>("a", 90, 101), 1L, new Windowed<>("a", 91, 102), 2L, new Windowed<>("a", 101, 112), 1L);
    private static final Map<Windowed<String>, Long> OF_SESSIONS = Map.of(new Windowed<>("a", 100, 102), 2L);

    /** The counts of one kind of windows. */
    private interface Kind extends Function<GroupedStream<String, Long>, WindowedTable<String, Long, Long>> {}

    private static final Kind TUMBLING =
            stream -> stream.windowedBy(TEN_MILLIS).emitFinal().count("counts");
    private static final Kind SLIDING =
            stream -> stream.windowedBy(SLIDES).emitFinal().count("counts");
    private static final Kind SESSIONS =
            stream -> stream.windowedBy(GAPS).emitFinal().count("counts");
    private static final Kind EACH_TUMBLING =
            stream -> stream.windowedBy(TEN_MILLIS).count("counts");

    /** Of one record of the key a at 100 and one at 101, however each kind tells of them. */
    private static final Map<Kind, Map<Windowed<String>, Long>> RESULTS = Map.of(
            TUMBLING,
            TUMBLED,
            EACH_TUMBLING,
            TUMBLED,
            SLIDING,
            SLID,
            stream -> stream.windowedBy(SLIDES).count("counts"),
            SLID,
            SESSIONS,
            OF_SESSIONS,
            stream -> stream.windowedBy(GAPS).count("counts"),
            OF_SESSIONS);

    private static PipelineTest start(Kind kind) {
        Pipeline.Builder builder = Pipeline.named("counts");
        var counts =
                kind.apply(builder.stream(AHEAD).merge(builder.stream(BEHIND)).groupByKey());
        counts.toStream()
                .withSerdes(WindowedSerdes.session(Serdes.string()), Serdes.int64())
                .to(OUT);
        counts.late().to(LATE);
        return PipelineTest.of(
                builder.build(),
                PipelineTestSettings.defaults()
                        .withPartitions(1)
                        .withApplication(app -> app.withIdleTimeout(Duration.ofSeconds(1))));
    }

    @Test
    void whatAnInputWithoutRecordsHeldBackIsToldOfAfterARestart() {
        for (Kind kind : List.of(TUMBLING, SLIDING, SESSIONS)) {
            try (PipelineTest test = start(kind)) {
                test.input(AHEAD).send("a", 1L, 100);
                test.run();
                assertThat(test.output(OUT).isEmpty()).isTrue();
                test.crashAndRestart();
                test.advanceTime(Duration.ofSeconds(5));
                assertThat(test.output(OUT).readValues()).containsExactly(1L);
            }
        }
    }

    @Test
    void anInputThatLagsByHoursIsInTime() {
        for (Map.Entry<Kind, Map<Windowed<String>, Long>> each : RESULTS.entrySet()) {
            for (boolean isCrashing : List.of(false, true)) {
                try (PipelineTest test = start(each.getKey())) {
                    Runnable between = isCrashing ? test::crashAndRestart : test::run;
                    test.input(BEHIND).send("c", 0L, 95);
                    test.input(AHEAD).send("a", 1L, 100);
                    test.input(AHEAD).send("b", 1L, 100 + Duration.ofHours(6).toMillis());
                    test.run();
                    between.run();
                    test.input(BEHIND).send("a", 1L, 101);
                    test.run();
                    between.run();
                    // What lags has come to the close.
                    test.input(BEHIND).send("c", 0L, 200);
                    test.run();
                    assertThat(test.output(LATE).isEmpty()).isTrue();
                    assertThat(ofA(test)).isEqualTo(each.getValue());
                    between.run();
                    test.input(BEHIND).send("a", 3L, 102);
                    test.run();
                    assertThat(test.output(LATE).readValues()).containsExactly(3L);
                    assertThat(ofA(test)).isEqualTo(each.getValue());
                }
            }
        }
    }

    private static Map<Windowed<String>, Long> ofA(PipelineTest test) {
        Map<Windowed<String>, Long> latest = new HashMap<>(test.output(OUT).readLatestPerKey());
        latest.keySet().removeIf(window -> !window.key().equals("a"));
        return latest;
    }

    @Test
    void nothingIsLateBeforeAllInputsHadARecord() {
        for (Kind kind : RESULTS.keySet()) {
            try (PipelineTest test = start(kind)) {
                test.input(AHEAD).send("a", 1L, 1000);
                test.input(AHEAD).send("a", 1L, 100);
                test.run();
                test.crashAndRestart();
                test.input(AHEAD).send("a", 1L, 10);
                test.run();
                assertThat(test.output(LATE).isEmpty()).isTrue();
            }
        }
    }

    @Test
    void whatIdleInputsHaveClosedStaysClosedOverARestart() {
        for (Kind kind : RESULTS.keySet()) {
            try (PipelineTest test = start(kind)) {
                test.input(AHEAD).send("a", 1L, 100);
                test.run();
                test.crashAndRestart();
                test.advanceTime(Duration.ofSeconds(5));
                test.input(BEHIND).send("a", 3L, 101);
                test.run();
                assertThat(test.output(LATE).readValues()).containsExactly(3L);
            }
        }
    }

    @Test
    void whatIsToldOfEachChangeIsKeptUntilTheInputThatLagsHasClosedIt() {
        try (PipelineTest test = start(EACH_TUMBLING)) {
            test.input(AHEAD).send("a", 1L, 100);
            test.input(AHEAD).send("a", 1L, 500);
            test.input(BEHIND).send("b", 1L, 109);
            test.run();
            assertThat(startsOfA(test)).containsExactlyInAnyOrder(100L, 500L);
            test.input(BEHIND).send("b", 1L, 111);
            test.run();
            assertThat(startsOfA(test)).containsExactlyInAnyOrder(500L);
        }
    }

    private static List<Long> startsOfA(PipelineTest test) {
        return test.state("counts").keySet().stream()
                .filter(key -> key instanceof Windowed<?> window && "a".equals(window.key()))
                .map(key -> ((Windowed<?>) key).start())
                .toList();
    }

    @Test
    void aSessionClosesInTheMillisecondBehindItsGapAndGrace() {
        try (PipelineTest test = start(SESSIONS)) {
            TestOutputTopic<Windowed<String>, Long> out = test.output(OUT);
            for (Topic<String, Long> topic : List.of(AHEAD, BEHIND)) {
                test.input(topic).send("a", 1L, 100);
                test.input(topic).send("b", 1L, 109);
            }
            test.run();
            assertThat(out.isEmpty()).isTrue();
            test.input(AHEAD).send("b", 1L, 110);
            test.run();
            assertThat(out.isEmpty()).isTrue();
            test.input(BEHIND).send("b", 1L, 110);
            test.run();
            assertThat(out.readKeyValues()).containsExactly(Map.entry(new Windowed<>("a", 100, 101), 2L));
        }
    }
}
