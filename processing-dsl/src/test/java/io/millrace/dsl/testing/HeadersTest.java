package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.ProcessContext;
import io.millrace.dsl.Processor;
import io.millrace.dsl.Topic;
import io.millrace.log.Header;
import io.millrace.serde.Serdes;
import io.millrace.state.time.TimerSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What has headers where no record of Kafka Streams is to compare with: timers, and steps behind what was chosen. */
class HeadersTest {
    private static final Topic<String, String> TEXTS = Topic.of("texts", Serdes.string(), Serdes.string());
    private static final TimerSpec<String> TIMERS = TimerSpec.eventTime("timers", Serdes.string());
    private static final Output<String, String> SAID = Output.named("said");
    private static final Header TRACE = Header.ofUtf8("trace", "t-1");
    private static final Header OTHER = Header.ofUtf8("other", "t-2");

    /** Says each number at once, and when a timer a millisecond later fires, plainly and with a header; the step behind says what it sees. */
    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("headers");
        builder.stream(Sums.NUMBERS)
                .process(
                        "wait",
                        stores -> {
                            var timers = stores.get(TIMERS);
                            stores.onTimer(TIMERS, (key, time, context) -> {
                                context.emit(SAID, key, "fired with " + context.headers());
                                context.emit(SAID, key, "chosen", time, List.of(OTHER));
                                context.emit(SAID, key, "after");
                            });
                            return (Processor<String, Long>) (key, value, context) -> {
                                timers.set(key, context.timestamp() + 1);
                                context.emit(SAID, key, "chosen", context.timestamp(), List.of(OTHER));
                                context.emit(SAID, key, "came");
                            };
                        },
                        TIMERS)
                .output(SAID)
                .<String>processValues(
                        "see", stores -> (key, value, context) -> context.emit(value + " " + names(context.headers())))
                .to(TEXTS);
        return builder.build();
    }

    private static List<String> names(List<Header> headers) {
        return headers.stream().map(Header::name).toList();
    }

    @Test
    void aTimersRecordsHaveNoneButThoseThatItChoosesAlsoInTheNextLife() {
        PipelineTestSettings settings = PipelineTestSettings.defaults().withPartitions(1);
        try (PipelineTest test = PipelineTest.of(pipeline(), settings)) {
            test.input(Sums.NUMBERS).withHeaders(TRACE).send("a", 1L, 10);
            test.run();
            test.crashAndRestart();
            test.input(Sums.NUMBERS).withHeaders(TRACE).send("b", 2L, 11);
            test.run();
            assertThat(test.output(TEXTS).readAll())
                    .extracting(seen -> seen.key() + ": " + seen.value() + " " + names(seen.headers()))
                    .startsWith(
                            "a: chosen [other] [other]",
                            "a: came [trace] [trace]",
                            "b: chosen [other] [other]",
                            "b: came [trace] [trace]",
                            "a: fired with [] [] []",
                            "a: chosen [other] [other]",
                            "a: after [] []");
        }
    }

    /** How often a record was put back says nothing of what comes of it; the step that has the record may see it. */
    @Test
    void whatComesOfARecordThatWasReplayedWasNotReplayed() {
        Header replays = Header.ofUtf8(DeadLetterHeaders.REPLAYS, "2");
        Header letter = Header.ofUtf8(DeadLetterHeaders.ERROR_MESSAGE, "no");
        Pipeline.Builder builder = Pipeline.named("headers");
        builder.stream(Sums.NUMBERS)
                .process("copy", stores -> (String key, Long value, ProcessContext context) -> {
                    context.emit(SAID, key, "plain " + names(context.headers()));
                    context.emit(SAID, key, "chosen", context.timestamp(), context.headers());
                })
                .output(SAID)
                .withSerdes(Serdes.string(), Serdes.string())
                .repartition("on")
                .to(TEXTS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(Sums.NUMBERS).withHeaders(TRACE, replays, OTHER).send("a", 1L);
            test.input(Sums.NUMBERS).withHeaders(TRACE, replays, letter).send("a", 2L);
            test.run();
            assertThat(test.output(TEXTS).readAll())
                    .extracting(said -> said.value() + " " + names(said.headers()))
                    .containsExactly(
                            "plain [trace, millrace.replays, other] [trace, other]",
                            "chosen [trace, other]",
                            "plain [trace, millrace.replays, millrace.error.message] [trace, millrace.replays, millrace.error.message]",
                            "chosen [trace, millrace.replays, millrace.error.message]");
        }
    }

    @Test
    void whatWasChosenForOneRecordIsNotForTheNext() {
        Pipeline.Builder builder = Pipeline.named("headers");
        builder.stream(Sums.NUMBERS)
                .process("choose", stores -> (String key, Long value, ProcessContext context) -> {
                    context.emit(SAID, key, "chosen", context.timestamp(), List.of(OTHER));
                    context.emit(SAID, key, "plain");
                })
                .output(SAID)
                .to(TEXTS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(Sums.NUMBERS).withHeaders(TRACE, OTHER).send("a", 1L);
            test.input(Sums.NUMBERS).send("a", 2L);
            test.run();
            assertThat(test.output(TEXTS).readAll())
                    .extracting(TestRecord::headers)
                    .containsExactly(List.of(OTHER), List.of(TRACE, OTHER), List.of(OTHER), List.of());
        }
    }

    @Test
    void aStepOfValuesMayChooseThem() {
        Pipeline.Builder builder = Pipeline.named("headers");
        builder.stream(Sums.NUMBERS)
                .<String>processValues(
                        "choose",
                        stores -> (key, value, context) ->
                                context.emit("chosen", context.timestamp() + 1, List.of(OTHER)))
                .to(TEXTS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(Sums.NUMBERS).withHeaders(TRACE).send("a", 1L, 10);
            test.run();
            assertThat(test.output(TEXTS).readAll())
                    .extracting(said -> said.key() + " " + said.timestamp() + " " + said.headers())
                    .containsExactly("a 11 " + List.of(OTHER));
        }
    }
}
