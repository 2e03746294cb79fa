package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Processor;
import io.millrace.dsl.StoreAccess;
import io.millrace.dsl.Topic;
import io.millrace.log.Durability;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.Timers;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A task goes on with the event time that it had, input by input, however it ended. Each record sets a timer to its value. */
class ResumedTimeTest {
    private static final Topic<String, Long> AHEAD = Topic.of("ahead", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> BEHIND = Topic.of("behind", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUT = Topic.of("out", Serdes.string(), Serdes.int64());
    private static final Output<String, Long> FIRED = Output.named("fired");
    private static final TimerSpec<String> TIMERS = TimerSpec.eventTime("timers", Serdes.string());
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final UnaryOperator<AppSettings> WITH_TIMEOUT = settings -> settings.withIdleTimeout(IDLE);
    private static final Topic<BytesView, BytesView> CHANGELOG =
            Topic.of("app-timers-changelog", Serdes.bytes(), Serdes.bytes());
    private static final int TAG_OF_INPUTS = 4;

    /** How a task ends and goes on. */
    private static final List<Ending> ENDINGS = List.of(
            new Ending("not at all", PipelineTest::run),
            new Ending("by a kill", PipelineTest::crashAndRestart),
            new Ending("by a power loss", PipelineTest::powerLossAndRestart));

    private record Ending(String name, Consumer<PipelineTest> action) {}

    private static Processor<String, Long> waiting(StoreAccess stores) {
        Timers<String> timers = stores.get(TIMERS);
        stores.onTimer(TIMERS, (key, time, context) -> context.emit(FIRED, key, time));
        return (key, value, context) -> timers.set(key, value);
    }

    private static PipelineTest start(
            Pipeline.Builder builder, EventStream<String, Long> input, UnaryOperator<AppSettings> settings) {
        input.process("wait", ResumedTimeTest::waiting, TIMERS).output(FIRED).to(OUT);
        return PipelineTest.of(
                builder.build(),
                PipelineTestSettings.defaults()
                        .withPartitions(1)
                        .withDurability(Durability.POWER_LOSS)
                        .withApplication(settings));
    }

    /** A source and a topic of the application itself in one task. */
    private static PipelineTest start(UnaryOperator<AppSettings> settings) {
        Pipeline.Builder builder = Pipeline.named("app");
        return start(builder, builder.stream(AHEAD).merge(builder.stream(BEHIND).repartition("again")), settings);
    }

    @Test
    void timersThatAnInputWithoutRecordsHeldBackFireAtTheirTimeOnTheClock() {
        for (Ending ending : ENDINGS) {
            try (PipelineTest test = start(WITH_TIMEOUT)) {
                TestOutputTopic<String, Long> out = test.output(OUT);
                test.input(AHEAD).send("a", 100L, 100);
                test.input(AHEAD).send("b", 60_000L, 100);
                test.run();
                ending.action.accept(test);
                assertThat(out.isEmpty()).as(ending.name).isTrue();
                test.advanceTime(IDLE.multipliedBy(2));
                assertThat(out.readValues()).as(ending.name).containsExactly(100L);
                ending.action.accept(test);
                test.advanceTime(Duration.ofSeconds(80));
                assertThat(out.readValues()).as(ending.name).containsExactly(60_000L);
            }
        }
    }

    @Test
    void whatIsAheadNeedNotSayAgainWhereItIs() {
        for (Ending ending : ENDINGS) {
            try (PipelineTest test = start(AppSettings::withoutIdleTimeout)) {
                TestOutputTopic<String, Long> out = test.output(OUT);
                test.input(AHEAD).send("a", 800L, 1_000);
                test.input(BEHIND).send("b", 900L, 500);
                test.run();
                ending.action.accept(test);
                test.input(BEHIND).send("c", 2_000L, 850);
                test.run();
                assertThat(out.readValues()).as(ending.name).containsExactly(800L);
                ending.action.accept(test);
                test.input(BEHIND).send("c", 2_000L, 1_500);
                test.run();
                assertThat(out.readValues()).as(ending.name).containsExactly(900L);
                ending.action.accept(test);
                test.input(AHEAD).send("d", 3_000L, 2_500);
                test.run();
                assertThat(out.isEmpty()).as(ending.name).isTrue();
                ending.action.accept(test);
                test.input(BEHIND).send("d", 3_000L, 2_000);
                test.run();
                assertThat(out.readValues()).as(ending.name).containsExactly(2_000L);
            }
        }
    }

    @Test
    void whereAllFireTheClockGoesOnFromTheGreatestTimeThatCame() {
        for (Ending ending : ENDINGS) {
            try (PipelineTest test = start(WITH_TIMEOUT)) {
                TestOutputTopic<String, Long> out = test.output(OUT);
                test.input(BEHIND).send("b", 10L, 500);
                test.input(AHEAD).send("a", 3_700_000L, 3_600_000);
                test.run();
                ending.action.accept(test);
                test.advanceTime(IDLE.multipliedBy(2));
                assertThat(out.readValues()).as(ending.name).containsExactly(10L);
                test.advanceTime(Duration.ofSeconds(100));
                assertThat(out.readValues()).as(ending.name).containsExactly(3_700_000L);
            }
        }
    }

    @Test
    void aTransactionThatWasRolledBackHasKeptNothing() {
        try (PipelineTest test = start(AppSettings::withoutIdleTimeout)) {
            TestOutputTopic<String, Long> out = test.output(OUT);
            test.input(BEHIND).send("b", 10L, 5);
            test.input(AHEAD).send("a", 10_000L, 100);
            test.run();
            // How far one of them is, and that the writer of the other one was heard.
            assertThat(keptOfInputs(test)).isEqualTo(2);
            test.input(AHEAD).send("a", 10_000L, 200);
            test.input(BEHIND).send("b", 150L, 180);
            test.failNextWrite();
            test.run();
            assertThat(out.readValues()).containsExactly(10L, 150L);
        }
    }

    @Test
    void whereNoInputIsAheadNothingMoreIsKept() {
        Pipeline.Builder builder = Pipeline.named("app");
        try (PipelineTest test = start(builder, builder.stream(AHEAD), WITH_TIMEOUT)) {
            test.input(AHEAD).send("a", 800L, 1_000);
            test.input(AHEAD).send("a", 800L, 2_000);
            test.run();
            test.crashAndRestart();
            test.advanceTime(IDLE.multipliedBy(2));
            assertThat(keptOfInputs(test)).isZero();
        }
    }

    @Test
    void aProcessWithoutTimersOfEventTimeKeepsNothing() {
        for (StoreSpec<?> store : List.of(
                StoreSpec.keyValue("timers", Serdes.string(), Serdes.int64()),
                TimerSpec.wallClock("timers", Serdes.string()))) {
            Pipeline.Builder builder = Pipeline.named("app");
            builder.stream(AHEAD)
                    .merge(builder.stream(BEHIND))
                    .process(
                            "nothing",
                            stores -> {
                                if (store instanceof TimerSpec<?> timers) {
                                    stores.onTimer(timers, (key, time, context) -> {});
                                }
                                return (key, value, context) -> context.emit(FIRED, key, value);
                            },
                            store)
                    .output(FIRED)
                    .to(OUT);
            try (PipelineTest test = PipelineTest.of(
                    builder.build(), PipelineTestSettings.defaults().withPartitions(1))) {
                TestOutputTopic<String, Long> out = test.output(OUT);
                test.input(BEHIND).send("b", 1L, 500);
                test.input(AHEAD).send("a", 1L, 1_000);
                test.run();
                assertThat(out.readValues()).hasSize(2);
                assertThat(test.output(CHANGELOG).isEmpty()).isTrue();
            }
        }
    }

    /** How often it was kept how far an input has come. */
    private static long keptOfInputs(PipelineTest test) {
        return test.output(CHANGELOG).readAll().stream()
                .filter(record -> record.key().getByte(0) == TAG_OF_INPUTS)
                .count();
    }
}
