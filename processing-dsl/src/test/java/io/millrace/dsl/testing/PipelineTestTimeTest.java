package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
