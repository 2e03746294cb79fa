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
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Final windows of two inputs of which one lags, so that what is closed is not told of yet. */
class LaggingWindowsTest {
    private static final Topic<String, Long> AHEAD = Topic.of("ahead", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> BEHIND = Topic.of("behind", Serdes.string(), Serdes.int64());
    private static final Topic<Windowed<String>, Long> OUT =
            Topic.of("out", WindowedSerdes.session(Serdes.string()), Serdes.int64());
    private static final Topic<String, Long> LATE = Topic.of("late", Serdes.string(), Serdes.int64());

    /** The counts of one kind of windows. */
    private interface Kind extends Function<GroupedStream<String, Long>, WindowedTable<String, Long, Long>> {}

    private static final Kind TUMBLING = stream -> stream.windowedBy(TimeWindows.tumbling(Duration.ofMillis(10)))
            .emitFinal()
            .count("counts");
    private static final Kind SLIDING =
            stream -> stream.windowedBy(SlidingWindows.ofTimeDifference(Duration.ofMillis(10)))
                    .emitFinal()
                    .count("counts");
    private static final Kind SESSIONS = stream -> stream.windowedBy(
                    SessionWindows.withGap(Duration.ofMillis(5)).withGrace(Duration.ofMillis(4)))
            .emitFinal()
            .count("counts");

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
    void whatTheGreatestTimestampHasClosedIsLateBeforeItIsToldOf() {
        for (Kind kind : List.of(TUMBLING, SLIDING, SESSIONS)) {
            try (PipelineTest test = start(kind)) {
                test.input(AHEAD).send("a", 1L, 100);
                test.input(AHEAD).send("b", 2L, 200);
                test.run();
                test.input(BEHIND).send("a", 3L, 101);
                test.run();
                assertThat(test.output(LATE).readValues()).containsExactly(3L);
                test.advanceTime(Duration.ofSeconds(5));
                assertThat(test.output(OUT).readValues()).containsExactly(1L, 1L);
            }
        }
    }

    @Test
    void aSessionThatIsClosedDoesNotGrowBeforeItIsToldOf() {
        try (PipelineTest test = start(SESSIONS)) {
            test.input(AHEAD).send("a", 1L, 88);
            test.input(AHEAD).send("b", 2L, 98);
            test.run();
            test.input(BEHIND).send("a", 3L, 92);
            test.run();
            test.advanceTime(Duration.ofSeconds(5));
            assertThat(test.output(OUT).readKeyValues())
                    .containsExactly(
                            Map.entry(new Windowed<>("a", 88, 89), 1L),
                            Map.entry(new Windowed<>("a", 92, 93), 1L),
                            Map.entry(new Windowed<>("b", 98, 99), 1L));
        }
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
