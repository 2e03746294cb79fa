package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppStatus;
import io.millrace.dsl.ErrorKind;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.Header;
import io.millrace.platform.Storage;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/** What goes in, what comes out, and what a test is told when it or its pipeline is wrong. */
class PipelineTestTest {
    private static final PipelineTestSettings SETTINGS =
            PipelineTestSettings.defaults().withSeed(42);
    private static final Topic<String, String> WORDS = Topic.of("words", Serdes.string(), Serdes.string());
    private static final Topic<String, String> COPIES = Topic.of("copies", Serdes.string(), Serdes.string());

    private static Pipeline copy() {
        Pipeline.Builder builder = Pipeline.named("copy");
        builder.stream(WORDS).to(COPIES);
        return builder.build();
    }

    @Test
    void whatIsSentIsProcessedByTheNextRun() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline())) {
            TestInputTopic<String, Long> numbers = test.input(Sums.NUMBERS);
            TestOutputTopic<String, Long> sums = test.output(Sums.SUMS);
            numbers.send("a", 1L);
            numbers.send("b", 10L);
            numbers.send("a", 2L);
            assertThat(sums.isEmpty()).isTrue();
            test.run();
            assertThat(sums.isEmpty()).isFalse();
            assertThat(sums.readLatestPerKey()).isEqualTo(Map.of("a", 3L, "b", 10L));
            assertThat(sums.isEmpty()).isTrue();
            numbers.send("a", 4L);
            test.run();
            assertThat(sums.readKeyValue()).isEqualTo(Map.entry("a", 7L));
            assertThat(test.status().state()).isEqualTo(AppStatus.State.RUNNING);
            assertThat(test.status().recordsConsumed()).isEqualTo(4);
            assertThat(test.failure()).isEmpty();
        }
    }

    @Test
    void recordsKeepTheirTimesAndEveryReaderBeginsAtTheBeginning() {
        try (PipelineTest test = PipelineTest.of(copy(), SETTINGS)) {
            Instant start = test.now();
            TestInputTopic<String, String> words = test.input(WORDS);
            words.toPartition(2).send("k", "late", 4_711);
            words.toPartition(0).sendAt(Instant.parse("2020-02-02T00:00:00Z"), "k", "early");
            words.toPartition(1).send("k", "now");
            test.run();
            TestOutputTopic<String, String> copies = test.output(COPIES);
            Map<Object, Instant> times = new HashMap<>();
            copies.readAll().forEach(record -> times.put(record.value(), record.time()));
            assertThat(times)
                    .containsEntry("late", Instant.ofEpochMilli(4_711))
                    .containsEntry("early", Instant.parse("2020-02-02T00:00:00Z"))
                    .containsEntry("now", start);
            assertThat(copies.isEmpty()).isTrue();
            assertThat(test.output(COPIES).readValues()).containsExactlyInAnyOrder("late", "early", "now");
        }
    }

    @Test
    void partitionsAreReadOneAfterTheOtherAndHeadersAreKept() {
        try (PipelineTest test = PipelineTest.of(copy(), SETTINGS)) {
            TestInputTopic<String, String> words = test.input(WORDS);
            words.toPartition(2).send("x", "1");
            words.toPartition(0).withHeaders(Header.ofUtf8("trace", "t-7")).send("y", "2");
            words.toPartition(2).send("z", "3");
            words.send(null, "4");
            TestOutputTopic<String, String> raw = test.output(WORDS);
            assertThat(raw.readPartition(2)).extracting(TestRecord::value).containsExactly("1", "3");
            TestRecord<String, String> first = raw.readRecord();
            assertThat(first.value()).isEqualTo("2");
            assertThat(first.header("trace")).contains("t-7");
            assertThat(first.partition()).isZero();
            assertThat(raw.readKeyValues()).hasSize(1).first().satisfies(entry -> {
                assertThat(entry.getKey()).isNull();
                assertThat(entry.getValue()).isEqualTo("4");
            });
            assertThatThrownBy(raw::readRecord)
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessageContaining("'words'")
                    .hasMessageContaining("run()");
        }
    }

    @Test
    void aTombstoneRemovesItsKey() {
        try (PipelineTest test = PipelineTest.of(copy(), SETTINGS)) {
            TestInputTopic<String, String> words = test.input(WORDS);
            words.send("a", "1");
            words.send("b", "1");
            words.sendTombstone("a");
            assertThat(test.output(WORDS).readLatestPerKey()).isEqualTo(Map.of("b", "1"));
        }
    }

    @Test
    void anOpenTransactionHoldsBackWhatComesBehindItAndAnAbortedOneNothing() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SETTINGS)) {
            TestInputTopic<String, Long> numbers = test.input(Sums.NUMBERS).toPartition(1);
            TestOutputTopic<String, Long> sums = test.output(Sums.SUMS);
            TestTransaction committed = test.beginTransaction();
            numbers.in(committed).send("a", 1L);
            numbers.send("a", 10L);
            test.run();
            assertThat(sums.isEmpty()).isTrue();
            committed.commit();
            test.run();
            assertThat(sums.readValues()).containsExactly(1L, 11L);
            try (TestTransaction aborted = test.beginTransaction()) {
                numbers.in(aborted).send("a", 100L);
                aborted.abort();
                assertThatThrownBy(aborted::commit).hasMessageContaining("was ended before");
            }
            try (TestTransaction forgotten = test.beginTransaction()) {
                numbers.in(forgotten).send("a", 1_000L);
            }
            numbers.send("a", 100_000L);
            test.run();
            assertThat(sums.readValues()).containsExactly(100_011L);
        }
    }

    @Test
    void aTransactionDiesWithItsProcess() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SETTINGS)) {
            TestTransaction transaction = test.beginTransaction();
            test.input(Sums.NUMBERS).in(transaction).send("a", 1L);
            test.crashAndRestart();
            assertThatThrownBy(transaction::commit).hasMessageContaining("has died");
            transaction.close();
            test.input(Sums.NUMBERS).send("a", 2L);
            test.run();
            assertThat(test.output(Sums.SUMS).readValues()).containsExactly(2L);
        }
    }

    @Test
    void aFailureIsThrownWithItsCauseAndTheSeed() {
        PipelineTest test = PipelineTest.of(Sums.pipeline(), SETTINGS);
        test.input(Sums.NUMBERS).send("a", -1L);
        assertThatThrownBy(test::run)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("negative -1")
                .hasMessageContaining("runUntilFailure()")
                .hasMessageContaining("withSeed(42L)")
                .hasRootCauseMessage("negative -1");
        test.close();
    }

    @Test
    void aFailureThatIsToComeIsReturned() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SETTINGS)) {
            assertThatThrownBy(test::runUntilFailure)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("was to fail and did not")
                    .hasMessageContaining("seed=42");
            test.input(Sums.NUMBERS).sendBytes(BytesView.ofUtf8("a"), BytesView.ofUtf8("?"), 0);
            assertThat(test.runUntilFailure()).hasMessageContaining("numbers-");
            assertThat(test.status().state()).isEqualTo(AppStatus.State.FAILED);
        }
    }

    @Test
    void whatIsLeftOpenIsToldAtTheEnd() {
        PipelineTest test = PipelineTest.of(Sums.pipeline(), SETTINGS);
        test.run();
        test.storage().open("forgotten", Storage.OpenMode.CREATE);
        assertThatThrownBy(test::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("1 open file")
                .hasMessageContaining("seed=42");
        assertThatThrownBy(test::run).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        test.close();
    }

    @Test
    void topicsAreCheckedBeforeTheyAreUsed() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SETTINGS.withPartitions(2))) {
            assertThatThrownBy(() -> test.output(Topic.of("sum", Serdes.string(), Serdes.int64())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no topic 'sum'")
                    .hasMessageContaining("sums");
            assertThatThrownBy(() -> test.input(Topic.of("numbers", Serdes.string(), Serdes.int32())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("int32")
                    .hasMessageContaining("int64");
            assertThatThrownBy(() -> test.input(Sums.NUMBERS).toPartition(2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has 2 partitions");
        }
    }

    @Test
    void bytesThatAreNoSuchRecordAreNamedByTheirPlace() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SETTINGS)) {
            test.input(Sums.NUMBERS).toPartition(1).sendBytes(null, BytesView.ofUtf8("?"), 0);
            TestOutputTopic<String, Long> numbers = test.output(Sums.NUMBERS);
            assertThatThrownBy(numbers::readAll)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("numbers-1 at offset 0 is no int64");
        }
    }

    @Test
    void theSameSeedAndTheSameCallsAreTheSameRun() {
        assertThat(trace(7)).isEqualTo(trace(7)).isNotEqualTo(trace(8));
    }

    private static long trace(long seed) {
        try (PipelineTest test = PipelineTest.of(
                Sums.pipeline(), SETTINGS.withSeed(seed).withLoops(3).withInstances(2))) {
            for (long i = 0; i < 20; i++) {
                test.input(Sums.NUMBERS).send("k" + i % 7, i);
            }
            test.run();
            test.crashAndRestart();
            test.run();
            return test.trace();
        }
    }

    @Test
    void metricsAndDeadLettersCanBeAsserted() {
        Topic<String, BytesView> bad = Topic.of("bad", Serdes.string(), Serdes.bytes());
        Pipeline.Builder builder = Pipeline.named("numbers");
        builder.onError(ErrorPolicy.deadLetter(bad));
        builder.stream(Sums.NUMBERS)
                .mapValues(number -> 10 / number)
                .withValueSerde(Serdes.int64())
                .to(Sums.SUMS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            assertThatThrownBy(test::metrics).hasMessageContaining("started by run() or advanceTime()");
            test.input(Sums.NUMBERS).send("a", 5L);
            test.input(Sums.NUMBERS).send("b", 0L);
            test.input(Sums.NUMBERS).sendBytes(BytesView.ofUtf8("c"), BytesView.ofUtf8("?"), 1);
            test.run();
            assertThat(test.metrics().value("millrace.dead.letters")).isEqualTo(2);
            assertThat(test.deadLetters(bad))
                    .extracting(letter -> letter.failure().kind().orElseThrow())
                    .containsExactlyInAnyOrder(ErrorKind.PROCESSING, ErrorKind.DESERIALIZATION);
            assertThat(test.deadLetters(bad))
                    .filteredOn(letter -> letter.failure().kind().orElseThrow() == ErrorKind.PROCESSING)
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(letter.failure().message()).isEqualTo("/ by zero");
                        assertThat(letter.origin().orElseThrow().topic()).isEqualTo("numbers");
                        assertThat(BytesView.ofUtf8("b")).isEqualTo(letter.key());
                    });
        }
    }

    @Test
    void timeDoesNotGoBack() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline())) {
            assertThatThrownBy(() -> test.advanceTime(Duration.ofSeconds(-1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Time goes forward, got PT-1S");
            assertThatThrownBy(() -> test.takeTime(Duration.ofSeconds(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
