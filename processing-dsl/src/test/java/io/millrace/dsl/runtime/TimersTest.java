package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.Application;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.ProcessContext;
import io.millrace.dsl.TimerHandler;
import io.millrace.dsl.Topic;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.Timers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When timers fire, and what becomes of one that fails. Each record sets a timer to its value. */
class TimersTest {
    private static final Topic<String, Long> LEFT =
            Topic.of("left", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, Long> RIGHT =
            Topic.of("right", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, Long> OUT =
            Topic.of("out", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final TimerSpec<String> TIMERS = TimerSpec.eventTime("timers", Serdes.string());
    private static final TimerSpec<String> ALARMS = TimerSpec.wallClock("alarms", Serdes.string());
    private static final Output<String, Long> FIRED = Output.named("fired");
    private static final Duration IDLE = Duration.ofMillis(5_300);

    private final List<Long> attempts = new ArrayList<>();
    /** What the clock said then. */
    private final List<Long> firedAt = new ArrayList<>();

    private TimerHandler<String> handler = TimersTest::emit;
    private Optional<Duration> idleTimeout = Optional.empty();

    private final Simulation simulation = new Simulation(
            7,
            EmbeddedLogConfig.defaults(),
            settings -> idleTimeout.map(settings::withIdleTimeout).orElseGet(settings::withoutIdleTimeout));

    private static void emit(String key, long time, ProcessContext context) {
        context.emit(FIRED, key, time);
    }

    private Pipeline pipeline(TimerSpec<String> spec) {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(LEFT)
                .merge(builder.stream(RIGHT))
                .process(
                        "wait",
                        stores -> {
                            Timers<String> timers = stores.get(spec);
                            stores.onTimer(spec, (key, time, context) -> {
                                attempts.add(time);
                                firedAt.add(millis());
                                handler.fire(key, time, context);
                            });
                            return (key, value, context) -> {
                                if (value < 0) {
                                    timers.cancel(key, -value);
                                } else {
                                    timers.set(key, value);
                                }
                            };
                        },
                        spec)
                .output(FIRED)
                .to(OUT);
        return builder.build();
    }

    /** One record; its value, when to fire, and its timestamp. */
    private void send(Topic<String, Long> topic, long value, long timestamp) {
        try (LogProducer producer = simulation.log().producer()) {
            BytesView bytes =
                    BytesView.of(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
            producer.send(new TopicPartition(topic.name(), 0), timestamp, BytesView.ofUtf8("k"), bytes, List.of());
        }
    }

    private Application start() {
        return simulation.start(pipeline(TIMERS));
    }

    private List<Long> fired(Application app) {
        simulation.runUntilDrained(app);
        return LogReading.read(simulation.log(), OUT, 0).stream()
                .map(LogReading.Seen::value)
                .toList();
    }

    private long millis() {
        return simulation.world().clock().millis();
    }

    private void idle() {
        idleTimeout = Optional.of(IDLE);
    }

    @Test
    void aTimerFiresWhenRecordsHaveBroughtItsTimeOnBothInputs() {
        Application app = start();
        send(LEFT, 50, 10);
        send(LEFT, 40, 100);
        assertThat(fired(app)).isEmpty();
        send(RIGHT, 1_000, 45);
        assertThat(fired(app)).containsExactly(40L);
        send(RIGHT, 1_000, 50);
        assertThat(fired(app)).containsExactly(40L, 50L);
    }

    @Test
    void anInputThatIsIdleHoldsNothingBackAndOneThatIsNotDoes() {
        idle();
        Application app = start();
        long assigned = millis();
        send(LEFT, 50, 100);
        assertThat(fired(app)).isEmpty();
        simulation.world().runFor(IDLE.multipliedBy(2));
        assertThat(fired(app)).containsExactly(50L);
        assertThat(firedAt.get(0) - assigned).isBetween(IDLE.toMillis(), IDLE.toMillis() + 50);
    }

    @Test
    void whenNothingComesTheClockMakesTheRestDueAtItsTime() {
        idle();
        Application app = start();
        send(LEFT, 3_100, 100);
        send(RIGHT, 3_101, 100);
        simulation.runUntilDrained(app);
        long drained = millis();
        simulation.world().runFor(IDLE.plusSeconds(10));
        assertThat(fired(app)).containsExactly(3_100L, 3_101L);
        // A second more, if no wait were shorter for it.
        assertThat(firedAt.get(0) - drained).isBetween(IDLE.toMillis() + 2_900, IDLE.toMillis() + 3_000);
        assertThat(firedAt.get(1) - firedAt.get(0)).isBetween(1L, 2L);
        assertThat(app.status().transactionsCommitted()).isEqualTo(3);
    }

    @Test
    void aTimerThatWaitsForTheClockDoesSoInTheNextLifeToo() {
        idle();
        Application app = start();
        send(LEFT, 3_100, 100);
        send(RIGHT, 3_100, 100);
        simulation.runUntilDrained(app);
        app.close();
        Application next = start();
        simulation.world().runFor(IDLE.plusSeconds(4));
        assertThat(fired(next)).containsExactly(3_100L);
    }

    @Test
    void whatIsSetForThePastFiresAtOnceAlsoInTheNextLife() {
        Application app = start();
        send(LEFT, 50, 100);
        send(RIGHT, 50, 100);
        assertThat(fired(app)).containsExactly(50L);
        send(LEFT, 60, 10);
        assertThat(fired(app)).containsExactly(50L, 60L);
        app.close();
        Application next = start();
        send(LEFT, 70, 10);
        assertThat(fired(next)).containsExactly(50L, 60L, 70L);
    }

    @Test
    void whatIsCancelledDoesNotFire() {
        Application app = start();
        send(LEFT, 50, 10);
        send(LEFT, 60, 10);
        send(LEFT, -50, 10);
        send(RIGHT, 1_000, 100);
        send(LEFT, 1_000, 100);
        assertThat(fired(app)).containsExactly(60L);
    }

    @Test
    void theClocksTimersFireWhenItHasComeSoFarWithoutAnyInput() {
        Application app = simulation.start(pipeline(ALARMS));
        long due = millis() + 2_345;
        send(LEFT, due, 10);
        assertThat(fired(app)).isEmpty();
        app.close();
        Application next = simulation.start(pipeline(ALARMS));
        simulation.world().runFor(Duration.ofSeconds(10));
        assertThat(fired(next)).containsExactly(due);
        assertThat(firedAt.get(0)).isBetween(due, due + 1);
        assertThat(next.status().transactionsCommitted()).isEqualTo(1);
    }

    @Test
    void whatATimerEmitsHasItsTimeAndNoRecordsOffset() {
        handler = (key, time, context) -> {
            assertThatThrownBy(context::offset)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not in a timer");
            assertThat(context.timestamp()).isEqualTo(50);
            assertThat(context.watermark()).isEqualTo(20);
            emit(key, time, context);
        };
        Application app = start();
        send(LEFT, 50, 20);
        send(RIGHT, 1_000, 20);
        simulation.runUntilDrained(app);
        send(RIGHT, 1_000, 100);
        send(LEFT, 1_000, 100);
        simulation.runUntilDrained(app);
        assertThat(LogReading.read(simulation.log(), OUT, 0).get(0).timestamp()).isEqualTo(50);
    }

    @Test
    void anExtractorSaysWhenARecordHappenedAndOneThatCannotMakesItFail() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(LEFT)
                .withTimestampExtractor((key, value, record) -> {
                    if (value == 13) {
                        throw new IllegalStateException("no time");
                    }
                    return value - record.timestamp();
                })
                .onError(ErrorPolicy.skip())
                .process(
                        "wait",
                        stores -> {
                            Timers<String> timers = stores.get(TIMERS);
                            stores.onTimer(TIMERS, TimersTest::emit);
                            return (key, value, context) -> timers.set(key, context.timestamp() + 10);
                        },
                        TIMERS)
                .output(FIRED)
                .to(OUT);
        Application app = simulation.start(builder.build());
        send(LEFT, 107, 7);
        send(LEFT, 13, 1_000_000);
        send(LEFT, 5, 1_000);
        assertThat(fired(app)).isEmpty();
        assertThat(app.status().recordsSkipped()).isEqualTo(2);
        send(LEFT, 120, 10);
        assertThat(fired(app)).containsExactly(110L);
    }

    @Test
    void aTopicHasOneExtractor() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(LEFT).withTimestampExtractor((key, value, record) -> value);
        assertThatThrownBy(() -> builder.stream(LEFT).withTimestampExtractor((key, value, record) -> 0))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("read left")
                .hasMessageContaining("once per topic");
    }

    @Test
    void aTimerThatFailsIsTriedAgainFromWhatIsCommitted() {
        handler = (key, time, context) -> {
            emit(key, time, context);
            if (attempts.size() < 3) {
                throw new IllegalArgumentException("not yet");
            }
        };
        Application app = start();
        send(LEFT, 50, 10);
        send(RIGHT, 1_000, 100);
        send(LEFT, 60, 100);
        assertThat(fired(app)).containsExactly(50L, 60L);
        assertThat(attempts).containsExactly(50L, 50L, 50L, 60L);
    }

    @Test
    void eachTimerMayFailAsOftenAsTheFirst() {
        handler = (key, time, context) -> {
            if (attempts.stream().filter(attempt -> attempt == time).count() < 5) {
                throw new IllegalArgumentException("not yet");
            }
            emit(key, time, context);
        };
        Application app = start();
        send(LEFT, 50, 10);
        send(RIGHT, 60, 50);
        send(LEFT, 1_000, 50);
        assertThat(fired(app)).containsExactly(50L);
        send(RIGHT, 1_000, 60);
        send(LEFT, 1_000, 60);
        assertThat(fired(app)).containsExactly(50L, 60L);
    }

    @Test
    void whatIsProcessedAgainFindsTheTimeThatItFoundBefore() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(LEFT)
                .onError(ErrorPolicy.skip())
                .process(
                        "wait",
                        stores -> {
                            Timers<String> timers = stores.get(TIMERS);
                            stores.onTimer(TIMERS, TimersTest::emit);
                            return (key, value, context) -> {
                                if (value < 0) {
                                    timers.cancel(key, -value);
                                } else {
                                    timers.set(key, value);
                                }
                                if (value == 1_000) {
                                    throw new IllegalArgumentException("after an effect");
                                }
                            };
                        },
                        TIMERS)
                .output(FIRED)
                .to(OUT);
        Application app = simulation.start(builder.build());
        send(LEFT, 50, 20);
        send(LEFT, -50, 60);
        send(LEFT, 1_000, 60);
        assertThat(fired(app)).isEmpty();
        assertThat(app.status().transactionsAborted()).isEqualTo(1);
        assertThat(app.status().recordsSkipped()).isEqualTo(1);
    }

    @Test
    void aTimerThatAlwaysFailsEndsTheApplicationWithItsStepItsKeyAndItsTime() {
        handler = (key, time, context) -> {
            emit(key, time, context);
            if (time == 50) {
                throw new IllegalArgumentException("never");
            }
        };
        Application app = start();
        send(LEFT, 40, 10);
        send(RIGHT, 1_000, 45);
        send(LEFT, 50, 45);
        assertThat(fired(app)).containsExactly(40L);
        send(RIGHT, 1_000, 100);
        send(LEFT, 1_000, 100);
        simulation.world().runUntil(() -> app.failure().isPresent(), Duration.ofHours(1));
        assertThat(app.failure().orElseThrow())
                .isInstanceOf(TimerFailedException.class)
                .hasMessageContaining("'wait'")
                .hasMessageContaining("key k")
                .hasMessageContaining("at 50")
                .hasMessageContaining("attempt 6")
                .hasMessageContaining("never")
                .hasMessageContaining("start again");
        app.close();
        handler = TimersTest::emit;
        assertThat(fired(start())).containsExactly(40L, 50L);
    }

    @Test
    void aTimerOfTheClockThatAlwaysFailsEndsTheApplicationTooWhateverComesMeanwhile() {
        handler = (key, time, context) -> {
            throw new IllegalArgumentException("never");
        };
        Application app = simulation.start(pipeline(ALARMS));
        long now = millis();
        send(LEFT, now + 5, 10);
        while (app.failure().isEmpty()) {
            send(RIGHT, Long.MAX_VALUE - 1, 10);
            simulation.world().runFor(Duration.ofMillis(20));
        }
        assertThat(app.failure().orElseThrow()).isInstanceOf(TimerFailedException.class);
        assertThat(attempts).hasSize(6);
    }

    @Test
    void aTimerThatSetsItselfToThePresentIsRefusedInsteadOfFiringForEver() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(LEFT)
                .process(
                        "wait",
                        stores -> {
                            Timers<String> timers = stores.get(TIMERS);
                            stores.onTimer(TIMERS, (key, time, context) -> timers.set(key, time));
                            return (key, value, context) -> timers.set(key, value);
                        },
                        TIMERS);
        Application app = simulation.start(builder.build());
        send(LEFT, 50, 100);
        simulation.world().runUntil(() -> app.failure().isPresent(), Duration.ofHours(1));
        assertThat(app.failure().orElseThrow()).hasMessageContaining("never end");
    }

    @Test
    void timersThatDoNothingAreAForgottenHandler() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(LEFT).process("wait", stores -> (key, value, context) -> {}, TIMERS);
        Application app = simulation.start(builder.build());
        simulation.world().runUntil(() -> app.failure().isPresent(), Duration.ofHours(1));
        assertThat(app.failure().orElseThrow())
                .hasMessageContaining("'wait'")
                .hasMessageContaining("'timers'")
                .hasMessageContaining("onTimer");
    }
}
