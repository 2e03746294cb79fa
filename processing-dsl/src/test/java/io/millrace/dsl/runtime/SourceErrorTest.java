package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.IngestContext;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.PipelineTestSettings;
import io.millrace.platform.sim.CrashMode;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An item that cannot be turned into records: what is done about it, and that nothing of it remains. */
class SourceErrorTest {
    private static final Topic<String, String> OUT =
            Topic.of("out", Serdes.string(), Serdes.string()).withPartitions(1);
    private static final Topic<String, BytesView> DEAD = Topic.of("dead", Serdes.string(), Serdes.bytes());

    private final List<String> tried = new ArrayList<>();
    private final List<Instant> times = new ArrayList<>();
    private PipelineTest running;
    private int failures = Integer.MAX_VALUE;

    /** Sends each item twice; one that begins with an exclamation mark fails before, one with a question mark between the two. */
    private Pipeline pipeline(ErrorPolicy policy, String... items) {
        return Pipeline.named("app")
                .ingest(
                        "items",
                        () -> RecordSource.of(List.of(items)),
                        (item, out) -> {
                            tried.add(item);
                            fail(item, "!");
                            out.send(OUT, "first", item);
                            fail(item, "?");
                            out.send(OUT, "second", item);
                        },
                        policy)
                .topics(OUT)
                .build();
    }

    private void fail(String item, String beginning) {
        if (item.startsWith(beginning) && failures > 0) {
            failures--;
            times.add(running == null ? Instant.EPOCH : running.now());
            throw new IllegalArgumentException("bad item");
        }
    }

    @Test
    void endsTheApplicationWithoutAPolicyAndSaysWhich() {
        Pipeline pipeline = Pipeline.named("app")
                .ingest("items", () -> RecordSource.of(List.of("a", "b")), (item, out) -> {
                    out.send(OUT, "first", item);
                    fail("!", "!");
                })
                .topics(OUT)
                .build();
        try (PipelineTest test = PipelineTest.of(pipeline)) {
            assertThat(test.runUntilFailure())
                    .isInstanceOf(ItemFailedException.class)
                    .hasMessageContaining("The item of source 'items' before position 1")
                    .hasMessageContaining("attempt 1")
                    .hasMessageContaining("bad item")
                    .hasMessageContaining("ErrorPolicy");
            assertThat(test.output(OUT).readAll()).isEmpty();
        }
    }

    @Test
    void isPassedOverWithAllThatWasSentOfItAndCounted() {
        try (PipelineTest test = PipelineTest.of(pipeline(ErrorPolicy.skip(), "a", "!b", "?c", "d", "?e"))) {
            test.run();
            assertThat(test.output(OUT).readValues()).containsExactly("a", "a", "d", "d");
            assertThat(test.status().recordsSkipped()).isEqualTo(3);
            assertThat(test.status().transactionsAborted())
                    .as("of which something was sent")
                    .isEqualTo(2);
            assertThat(test.status().recordsIngested()).isEqualTo(4);
            assertThat(test.status().ingests().get(0).position()).isEqualTo(5);
        }
    }

    @Test
    void whatWasNotSentYetOfAnItemNeedsNoSecondTry() {
        try (PipelineTest test = PipelineTest.of(pipeline(ErrorPolicy.skip(), "a", "!b", "c"))) {
            test.run();
            assertThat(tried).containsExactly("a", "!b", "c");
            assertThat(test.status().transactionsAborted()).isZero();
        }
    }

    @Test
    void isTriedAgainAsOftenAsItsPolicySaysAndAsFarApart() {
        failures = 2;
        try (PipelineTest test =
                PipelineTest.of(pipeline(ErrorPolicy.retry(2, Duration.ofSeconds(7)), "a", "?b", "c"))) {
            running = test;
            test.run();
            assertThat(test.output(OUT).readValues()).containsExactly("a", "a", "?b", "?b", "c", "c");
            assertThat(test.status().recordsSkipped()).isZero();
            assertThat(times).hasSize(2);
            assertThat(Duration.between(times.get(0), times.get(1)))
                    .isBetween(Duration.ofSeconds(7), Duration.ofSeconds(8));
        }
    }

    @Test
    void nothingOfATransactionIsHeldOpenWhileItRestsAndTheTurnStaysWhereItIs() {
        failures = 1;
        Pipeline pipeline = pipeline(ErrorPolicy.retry(1, Duration.ofHours(5)), "a", "?b", "c");
        try (PipelineTest test =
                PipelineTest.of(pipeline, PipelineTestSettings.defaults().withInstances(2))) {
            test.advanceTime(Duration.ofHours(4));
            assertThat(tried).as("by nobody else").containsExactly("a", "?b");
            assertThat(test.log().transactions().list())
                    .allSatisfy(
                            transaction -> assertThat(transaction.partitions()).isEmpty());
            test.advanceTime(Duration.ofHours(2));
            assertThat(test.output(OUT).readValues()).hasSize(6);
        }
    }

    @Test
    void afterItsLastTryComesWhatThePolicySays() {
        ErrorPolicy policy = ErrorPolicy.retry(2, Duration.ZERO).then(ErrorPolicy.skip());
        try (PipelineTest test = PipelineTest.of(pipeline(policy, "a", "!b", "c"))) {
            test.run();
            assertThat(test.output(OUT).readValues()).containsExactly("a", "a", "c", "c");
            assertThat(times).hasSize(3);
            assertThat(test.status().recordsSkipped()).isEqualTo(1);
        }
        try (PipelineTest test = PipelineTest.of(pipeline(ErrorPolicy.retry(2, Duration.ZERO), "!b"))) {
            assertThat(test.runUntilFailure()).hasMessageContaining("attempt 3");
        }
    }

    @Test
    void aRecordThatItsTopicDoesNotTakeIsTheItemsFault() {
        String large = "x".repeat(2_000_000);
        try (PipelineTest test = PipelineTest.of(pipeline(ErrorPolicy.skip(), "a", large, "c"))) {
            test.run();
            assertThat(test.output(OUT).readValues()).containsExactly("a", "a", "c", "c");
            assertThat(test.status().recordsSkipped()).isEqualTo(1);
        }
    }

    @Test
    void whatAPolicyDecidedHoldsWhereverTheProcessDies() {
        int deaths = 1;
        PipelineTestSettings settings =
                PipelineTestSettings.defaults().withApplication(given -> given.withTransactionRecords(2));
        for (long call = 0; deaths > 0; call += 2) {
            try (PipelineTest test =
                    PipelineTest.of(pipeline(ErrorPolicy.skip(), "a", "?b", "c", "!d", "e"), settings)) {
                test.crashAfter(call, CrashMode.PROCESS);
                test.run();
                assertThat(test.output(OUT).readValues())
                        .as("after a crash in storage call %d", call)
                        .containsExactly("a", "a", "c", "c", "e", "e");
                deaths = test.restarts();
            }
        }
    }

    @Test
    void anItemHasNoBytesForADeadLetter() {
        for (ErrorPolicy policy : List.of(
                ErrorPolicy.deadLetter(DEAD),
                ErrorPolicy.retry(1, Duration.ZERO).then(ErrorPolicy.deadLetter(DEAD)))) {
            assertThatThrownBy(() -> pipeline(policy, "a"))
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining("Source 'items'")
                    .hasMessageContaining("handler");
        }
    }

    @Test
    void aSourceThatFailsIsOpenedAgainBehindWhatIsCommitted() {
        try (PipelineTest test = PipelineTest.of(failing(2))) {
            test.run();
            assertThat(test.output(OUT).readValues()).containsExactly("0", "1", "2", "3", "4", "5");
        }
    }

    @Test
    void aSourceThatFailsForeverEndsTheApplicationWithItsPosition() {
        try (PipelineTest test = PipelineTest.of(failing(Integer.MAX_VALUE))) {
            assertThat(test.runUntilFailure())
                    .hasMessageContaining("Source 'items' failed 6 times in a row")
                    .hasMessageContaining("could not be read behind position 3")
                    .hasRootCauseInstanceOf(IOException.class);
        }
    }

    /** Six items; behind the third one the source fails so many times. */
    private Pipeline failing(int times) {
        failures = times;
        return Pipeline.named("app")
                .ingest(
                        "items",
                        () -> new FailingSource(),
                        (Integer item, IngestContext out) -> out.send(OUT, "key", String.valueOf(item)))
                .topics(OUT)
                .build();
    }

    private final class FailingSource implements RecordSource<Integer> {
        private long position;

        @Override
        public void seek(long position) {
            this.position = position;
        }

        @Override
        public Integer next() {
            if (position == 3 && failures > 0) {
                failures--;
                throw new UncheckedIOException(new IOException("no connection"));
            }
            return position < 6 ? (int) position++ : null;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public boolean isFinished() {
            return position == 6;
        }

        @Override
        public void close() {}
    }
}
