package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.serde.Serdes;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Virtual time: it moves when told, by as much as told, and what is due meanwhile runs when it is due. */
class PipelineTestTimeTest {
    /** Two loops do not keep each other from being on time. */
    private static final PipelineTestSettings SETTINGS =
            PipelineTestSettings.defaults().withLoops(2);

    @Test
    void whatIsDueRunsAtItsTime() {
        List<Instant> attempts = new ArrayList<>();
        try (PipelineTest test = PipelineTest.of(
                clock -> {
                    Pipeline.Builder builder = Pipeline.named("retry");
                    builder.stream(Sums.NUMBERS)
                            .onError(ErrorPolicy.retry(3, Duration.ofSeconds(5)).then(ErrorPolicy.skip()))
                            .peek((key, value) -> {
                                attempts.add(clock.instant());
                                throw new IllegalStateException("not yet");
                            });
                    return builder.build();
                },
                SETTINGS)) {
            test.run();
            test.advanceTime(Duration.ofMinutes(3));
            Instant start = test.now();
            test.input(Sums.NUMBERS).send("a", 1L);
            test.advanceTime(Duration.ofMillis(4_995));
            assertThat(attempts).hasSize(1);
            test.advanceTime(Duration.ofMillis(10));
            assertThat(attempts).hasSize(2);
            test.run();
            assertThat(attempts).hasSize(4);
            assertThat(test.status().recordsSkipped()).isEqualTo(1);
            for (int i = 0; i < attempts.size(); i++) {
                assertThat(Duration.between(start, attempts.get(i)))
                        .as("attempt %d", i)
                        .isBetween(
                                Duration.ofSeconds(5L * i),
                                Duration.ofSeconds(5L * i).plusMillis(1));
            }
        }
    }

    @Test
    void timeMovesByWhatItIsTold() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SETTINGS)) {
            Instant start = test.now();
            test.input(Sums.NUMBERS).send("a", 1L);
            test.run();
            assertThat(Duration.between(start, test.now())).isLessThan(Duration.ofMillis(10));
            Instant before = test.now();
            test.advanceTime(Duration.ofMinutes(20));
            assertThat(Duration.between(before, test.now()))
                    .isBetween(Duration.ofMinutes(20), Duration.ofMinutes(20).plusMillis(1));
        }
    }

    /** Says {@code key=time} when a time that was set comes. */
    private static Pipeline reminders(TimerSpec<String> spec) {
        Output<String, Long> due = Output.named("due");
        Pipeline.Builder builder = Pipeline.named("reminders");
        builder.stream(Sums.NUMBERS)
                .process(
                        "remind",
                        stores -> {
                            Timers<String> timers = stores.get(spec);
                            stores.onTimer(spec, (key, time, context) -> context.emit(due, key, time));
                            return (key, value, context) -> timers.set(key, value);
                        },
                        spec)
                .output(due)
                .to(Sums.SUMS);
        return builder.build();
    }

    @Test
    void theClocksTimersFireWhenTimeIsAdvancedToThemAlsoInTheNextLife() {
        TimerSpec<String> alarms = TimerSpec.wallClock("alarms", Serdes.string());
        try (PipelineTest test = PipelineTest.of(reminders(alarms), SETTINGS)) {
            TestOutputTopic<String, Long> due = test.output(Sums.SUMS);
            long first = test.now().plusSeconds(60).toEpochMilli();
            long second = test.now().plusSeconds(120).toEpochMilli();
            test.input(Sums.NUMBERS).send("a", first);
            test.input(Sums.NUMBERS).send("b", second);
            test.run();
            assertThat(test.state(alarms).isSet("a", first)).isTrue();
            assertThat(test.state(alarms).next()).isEqualTo(first);
            assertThat(test.state(alarms).until(second).toList()).hasSize(2);
            test.advanceTime(Duration.ofMillis(59_900));
            assertThat(due.isEmpty()).isTrue();
            test.advanceTime(Duration.ofMillis(200));
            assertThat(due.readKeyValues()).containsExactly(Map.entry("a", first));
            assertThat(test.state(alarms).isSet("a", first)).isFalse();
            test.crashAndRestart();
            test.advanceTime(Duration.ofMillis(59_700));
            assertThat(due.isEmpty()).isTrue();
            test.advanceTime(Duration.ofMillis(300));
            assertThat(due.readKeyValues()).containsExactly(Map.entry("b", second));
        }
    }

    @Test
    void timersOfEventTimeFireOnIdleInputWhenTimeIsAdvanced() {
        TimerSpec<String> timers = TimerSpec.eventTime("timers", Serdes.string());
        PipelineTestSettings settings = SETTINGS.withPartitions(1)
                .withApplication(application -> application.withIdleTimeout(Duration.ofSeconds(5)));
        try (PipelineTest test = PipelineTest.of(reminders(timers), settings)) {
            TestOutputTopic<String, Long> due = test.output(Sums.SUMS);
            test.input(Sums.NUMBERS).send("a", 50L, 10);
            test.input(Sums.NUMBERS).send("b", 4_000L, 100);
            test.run();
            assertThat(due.readKeyValues()).containsExactly(Map.entry("a", 50L));
            test.advanceTime(Duration.ofSeconds(4));
            assertThat(due.isEmpty()).isTrue();
            test.advanceTime(Duration.ofSeconds(6));
            assertThat(due.readKeyValues()).containsExactly(Map.entry("b", 4_000L));
        }
    }

    @Test
    void aPipelineThatIsNeverDoneIsToldFromOneThatWorks() {
        Pipeline.Builder builder = Pipeline.named("endless");
        builder.ingest("waiting", Waiting::new, (item, out) -> out.send(Sums.NUMBERS, "k", item, item));
        builder.stream(Sums.NUMBERS).to(Sums.SUMS);
        try (PipelineTest test = PipelineTest.of(builder.build(), SETTINGS)) {
            assertThatThrownBy(test::run)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("is not done within PT1H of virtual time")
                    .hasMessageContaining("waiting")
                    .hasMessageContaining("seed=1");
        }
    }

    /** A source that might have more some day. */
    private static final class Waiting implements RecordSource<Long> {
        @Override
        public void seek(long position) {}

        @Override
        public Long next() {
            return null;
        }

        @Override
        public long position() {
            return 0;
        }

        @Override
        public boolean isFinished() {
            return false;
        }

        @Override
        public void close() {}
    }
}
