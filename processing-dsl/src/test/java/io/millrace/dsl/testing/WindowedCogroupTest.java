package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.CogroupedStream;
import io.millrace.dsl.GroupedStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedCogroupTable;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.dsl.plan.TopologyPrinter;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Streams of two topics, of different types, that make the values of the same windows. */
class WindowedCogroupTest {
    private static final Topic<String, Long> PAID = Topic.of("paid", Serdes.string(), Serdes.int64());
    private static final Topic<String, String> NOTES = Topic.of("notes", Serdes.string(), Serdes.string());
    private static final Topic<Windowed<String>, String> OUT =
            Topic.of("out", WindowedSerdes.session(Serdes.string()), Serdes.string());
    private static final Topic<String, Long> LATE_PAID = Topic.of("late-paid", Serdes.string(), Serdes.int64());
    private static final Topic<String, String> LATE_NOTES = Topic.of("late-notes", Serdes.string(), Serdes.string());

    /** What becomes of both streams. */
    private interface Kind extends Function<CogroupedStream<String, String>, WindowedCogroupTable<String, String>> {}

    private static final Duration TEN = Duration.ofMillis(10);
    private static final Kind TUMBLING = both ->
            both.windowedBy(TimeWindows.tumbling(TEN)).emitFinal().aggregate("told", () -> ":", Serdes.string());
    private static final Kind SLIDING = both -> both.windowedBy(SlidingWindows.ofTimeDifference(TEN))
            .emitFinal()
            .aggregate("told", () -> ":", Serdes.string());
    private static final Kind SESSIONS = both -> both.windowedBy(SessionWindows.withGap(TEN))
            .emitFinal()
            .aggregate("told", () -> ":", (key, first, second) -> first + second.substring(1), Serdes.string());

    private static Pipeline pipeline(Kind kind) {
        Pipeline.Builder builder = Pipeline.named("cogroup");
        GroupedStream<String, Long> paid = builder.stream(PAID).groupByKey();
        GroupedStream<String, String> notes = builder.stream(NOTES).groupByKey();
        WindowedCogroupTable<String, String> told =
                kind.apply(paid.<String>cogroup((key, value, text) -> text + value + ",")
                        .cogroup(notes, (key, value, text) -> text + value + ";"));
        told.toStream().withSerdes(OUT.keySerde(), OUT.valueSerde()).to(OUT);
        told.late(paid).to(LATE_PAID);
        told.late(notes).to(LATE_NOTES);
        return builder.build();
    }

    private static PipelineTest start(Kind kind) {
        return PipelineTest.of(
                pipeline(kind),
                PipelineTestSettings.defaults()
                        .withPartitions(1)
                        .withApplication(app -> app.withIdleTimeout(Duration.ofSeconds(1))));
    }

    /** The stream that lags decides, over restarts too; then the clock. */
    @Test
    void aWindowIsToldOfOnceWhenTheStreamThatLagsHasPassedIt() {
        Map<Kind, List<Map.Entry<Windowed<String>, String>>> results = Map.of(
                TUMBLING,
                List.of(Map.entry(new Windowed<>("a", 100, 110), ":1,x;2,")),
                SESSIONS,
                List.of(Map.entry(new Windowed<>("a", 100, 109), ":1,x;2,")),
                SLIDING,
                List.of(
                        Map.entry(new Windowed<>("a", 90, 101), ":1,"),
                        Map.entry(new Windowed<>("a", 94, 105), ":1,x;"),
                        Map.entry(new Windowed<>("a", 98, 109), ":1,x;2,"),
                        Map.entry(new Windowed<>("a", 101, 112), ":x;2,"),
                        Map.entry(new Windowed<>("a", 105, 116), ":2,")));
        results.forEach((kind, expected) -> {
            try (PipelineTest test = start(kind)) {
                test.input(PAID).send("a", 1L, 100);
                test.input(PAID).send("b", 1L, 1000);
                test.input(NOTES).send("a", "x", 104);
                test.run();
                test.crashAndRestart();
                test.input(PAID).send("a", 2L, 108);
                test.run();
                assertThat(test.output(LATE_PAID).isEmpty()).isTrue();
                // After a restart what is ahead has to say where it is, too.
                test.input(PAID).send("b", 2L, 1000);
                test.input(NOTES).send("c", "y", 500);
                test.run();
                assertThat(test.output(OUT).readKeyValues()).containsExactlyElementsOf(expected);
                test.crashAndRestart();
                test.input(PAID).send("a", 3L, 105);
                test.input(NOTES).send("a", "z", 106);
                test.run();
                assertThat(test.output(LATE_PAID).readKeyValues()).containsExactly(Map.entry("a", 3L));
                assertThat(test.output(LATE_NOTES).readKeyValues()).containsExactly(Map.entry("a", "z"));
                test.advanceTime(Duration.ofSeconds(10));
                List<Map.Entry<Windowed<String>, String>> told =
                        test.output(OUT).readKeyValues();
                assertThat(told).extracting(entry -> entry.getKey().key()).contains("b", "c");
                assertThat(told)
                        .filteredOn(entry -> entry.getKey().key().equals("a"))
                        .containsExactlyElementsOf(expected);
            }
        });
    }

    @Test
    void theStoreAndBothInputsAreInTheManifestAndThePictures() {
        TopologyManifest manifest = TopologyManifest.of(Planner.plan(pipeline(TUMBLING)));
        assertThat(TopologyManifest.parse(manifest.toText())).isEqualTo(manifest);
        assertThat(TopologyPrinter.text(manifest))
                .contains("2: windows told (10 ms, final) [told, told-closings] <- 0, 1")
                .contains("output late-0")
                .contains("output late-1");
        assertThat(TopologyPrinter.mermaid(manifest)).contains("s0 --> s2").contains("s1 --> s2");
    }

    @Test
    void whatIsNotCogroupedIsNotLate() {
        Pipeline.Builder builder = Pipeline.named("cogroup");
        GroupedStream<String, Long> paid = builder.stream(PAID).groupByKey();
        GroupedStream<String, String> notes = builder.stream(NOTES).groupByKey();
        WindowedCogroupTable<String, Long> alone = paid.<Long>cogroup((key, value, sum) -> sum + value)
                .windowedBy(TimeWindows.tumbling(TEN))
                .aggregate("sums", () -> 0L, Serdes.int64());
        assertThatThrownBy(() -> alone.late(notes))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("'read notes' is none of the streams that 'windows sums' is made of")
                .hasMessageContaining("name one that was given to cogroup(...)");
    }

    @Test
    void inputsWithOtherNumbersOfPartitionsAreRefused() {
        Pipeline.Builder builder = Pipeline.named("cogroup");
        builder.stream(PAID.withPartitions(2))
                .groupByKey()
                .<Long>cogroup((key, value, sum) -> sum + value)
                .cogroup(builder.stream(NOTES.withPartitions(3)).groupByKey(), (key, value, sum) -> sum + 1)
                .windowedBy(SessionWindows.withGap(TEN))
                .aggregate("sums", () -> 0L, (key, first, second) -> first + second, Serdes.int64());
        assertThatThrownBy(builder::build).hasMessageContaining("must have equally many partitions");
    }
}
