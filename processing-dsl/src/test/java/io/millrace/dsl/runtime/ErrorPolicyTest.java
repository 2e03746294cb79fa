package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.PipelineTestSettings;
import io.millrace.dsl.testing.TestRecord;
import io.millrace.log.Header;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A record that cannot be read or processed; whatever becomes of it, nothing of the failed attempt remains. */
class ErrorPolicyTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, Long> OUT =
            Topic.of("out", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, BytesView> DEAD =
            Topic.of("dead", Serdes.string(), Serdes.bytes()).withPartitions(1);
    private static final KeyValueSpec<String, Long> TOTALS =
            StoreSpec.keyValue("totals", Serdes.string(), Serdes.int64());
    private static final KeyValueSpec<String, String> TEXTS =
            StoreSpec.keyValue("texts", Serdes.string(), Serdes.string());
    private static final Output<String, Long> TOTAL = Output.named("total");

    private final List<Long> attempts = new ArrayList<>();
    private int failuresLeft = Integer.MAX_VALUE;
    private PipelineTest test = test(ErrorPolicy.stop());

    @AfterEach
    void close() {
        test.close();
    }

    private PipelineTest test(ErrorPolicy policy) {
        return PipelineTest.of(pipeline(policy), PipelineTestSettings.defaults().withSeed(7));
    }

    /** Running totals; negative values throw, odd ones among them only after the store was changed and the total emitted. */
    private Pipeline pipeline(ErrorPolicy policy) {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .onError(policy)
                .process(
                        "add",
                        stores -> {
                            KeyValueStore<String, Long> totals = stores.get(TOTALS);
                            return (key, value, context) -> {
                                attempts.add(value);
                                boolean fails = value < 0 && failuresLeft-- > 0;
                                if (fails && value % 2 == 0) {
                                    throw new IllegalArgumentException("even " + value);
                                }
                                Long before = totals.get(key);
                                long total = (before == null ? 0 : before) + Math.abs(value);
                                totals.put(key, total);
                                context.emit(TOTAL, key, total);
                                if (fails) {
                                    throw value == -7
                                            ? new IllegalArgumentException()
                                            : new IllegalArgumentException("odd " + value);
                                }
                            };
                        },
                        TOTALS)
                .output(TOTAL)
                .to(OUT);
        return builder.build();
    }

    /** Keeps a text as long as the value says, and then emits the value. */
    private void beginTexts(ErrorPolicy policy, long... lengths) {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .onError(policy)
                .process(
                        "write",
                        stores -> {
                            KeyValueStore<String, String> texts = stores.get(TEXTS);
                            return (key, value, context) -> {
                                texts.put(key, "x".repeat(value.intValue()));
                                context.emit(TOTAL, key, value);
                            };
                        },
                        TEXTS)
                .output(TOTAL)
                .to(OUT);
        test = PipelineTest.of(builder.build(), PipelineTestSettings.defaults().withSeed(7));
        for (long length : lengths) {
            test.input(IN).send("k", length);
        }
    }

    /** Runs it on these values; the timestamp of each is itself and a second. */
    private void run(ErrorPolicy policy, long... values) {
        begin(policy, values);
        test.run();
    }

    private void begin(ErrorPolicy policy, long... values) {
        test = test(policy);
        for (long value : values) {
            test.input(IN).send("k", value, 1_000 + value);
        }
    }

    private List<Long> outputs() {
        return test.output(OUT).readValues();
    }

    @Test
    void skippedRecordsLeaveNothingWhetherTheyHadEffectsOrNot() {
        run(ErrorPolicy.skip(), 1, -2, 3, -3, 5);
        assertThat(outputs()).containsExactly(1L, 4L, 9L);
        assertThat(test.status().recordsSkipped()).isEqualTo(2);
        assertThat(test.state("totals")).isEqualTo(Map.of("k", 9L));
    }

    @Test
    void anEntryThatIsTooLargeIsTheFaultOfTheRecordThatAsksForIt() {
        begin(ErrorPolicy.skip(), 1);
        test.input(IN).send("k".repeat(70_000), 7L);
        test.input(IN).send("k", 5L);
        test.run();
        assertThat(outputs()).containsExactly(1L, 6L);
        assertThat(test.status().recordsSkipped()).isEqualTo(1);
    }

    @Test
    void anEntryThatItsChangelogDoesNotTakeIsTheFaultOfTheRecordThatAsksForIt() {
        beginTexts(ErrorPolicy.deadLetter(DEAD), 1, 5_000_000, 5);
        test.run();
        assertThat(outputs()).containsExactly(1L, 5L);
        assertThat(test.state("texts")).isEqualTo(Map.of("k", "xxxxx"));
        TestRecord<String, BytesView> dead = test.output(DEAD).readRecord();
        assertThat(dead.value().getLong(0)).isEqualTo(5_000_000);
        assertThat(texts(dead.headers()).get(DeadLetterHeaders.ERROR_MESSAGE))
                .contains(
                        "store 'texts'", "5000001 bytes", "takes 1048576", "Nothing was changed", "withMaxRecordBytes");
    }

    @Test
    void theLargestEntryThatTheChangelogTakesIsCommitted() {
        beginTexts(ErrorPolicy.skip(), (1 << 20) - 1, 1 << 20);
        test.run();
        assertThat(outputs()).containsExactly((1L << 20) - 1);
        assertThat(test.status().recordsSkipped()).isEqualTo(1);
    }

    @Test
    void aRecordWithoutEffectsIsPassedOverWithoutAnAbort() {
        run(ErrorPolicy.skip(), 1, -2, 3);
        assertThat(test.status().transactionsAborted()).isZero();
        assertThat(attempts).containsExactly(1L, -2L, 3L);
    }

    @Test
    void aRecordWithEffectsIsNotTriedAgainAfterTheAbort() {
        run(ErrorPolicy.skip(), 1, -3, 5);
        assertThat(test.status().transactionsAborted()).isEqualTo(1);
        assertThat(attempts).containsExactly(1L, -3L, 1L, 5L);
    }

    @Test
    void deadLettersCarryTheRecordAsItCameAndWhatWentWrong() {
        run(ErrorPolicy.deadLetter(DEAD), 1, -3, 5);
        List<TestRecord<String, BytesView>> dead = test.output(DEAD).readAll();
        assertThat(dead).hasSize(1);
        assertThat(dead.get(0).key()).isEqualTo("k");
        assertThat(dead.get(0).value().getLong(0)).isEqualTo(-3);
        assertThat(dead.get(0).timestamp()).isEqualTo(997);
        assertThat(texts(dead.get(0).headers()))
                .containsEntry(DeadLetterHeaders.TOPIC, "in")
                .containsEntry(DeadLetterHeaders.PARTITION, "0")
                .containsEntry(DeadLetterHeaders.OFFSET, "1")
                .containsEntry(DeadLetterHeaders.ERROR_CLASS, "java.lang.IllegalArgumentException")
                .containsEntry(DeadLetterHeaders.ERROR_KIND, "processing")
                .containsEntry(DeadLetterHeaders.ERROR_MESSAGE, "odd -3")
                .containsEntry(DeadLetterHeaders.ATTEMPTS, "1");
        assertThat(test.status().deadLetters()).isEqualTo(1);
        assertThat(outputs()).containsExactly(1L, 6L);
    }

    /** As that of a stack that is too small: it is no text {@code null}. */
    @Test
    void anErrorThatSaysNothingHasAnEmptyMessage() {
        run(ErrorPolicy.deadLetter(DEAD), -7);
        assertThat(texts(test.output(DEAD).readRecord().headers()))
                .containsEntry(DeadLetterHeaders.ERROR_CLASS, "java.lang.IllegalArgumentException")
                .containsEntry(DeadLetterHeaders.ERROR_MESSAGE, "");
    }

    @Test
    void bytesThatAreNoValueAreTheRecordsFaultToo() {
        begin(ErrorPolicy.deadLetter(DEAD), 1);
        test.input(IN).sendBytes(BytesView.ofUtf8("k"), BytesView.ofUtf8("?"), 7);
        test.input(IN).sendBytes(null, BytesView.ofUtf8("12345678"), 8);
        test.run();
        assertThat(outputs()).containsExactly(1L);
        assertThat(test.output(DEAD).readValues()).containsExactly(BytesView.ofUtf8("?"), BytesView.ofUtf8("12345678"));
    }

    @Test
    void aRetryThatSucceedsLeavesNoTraceOfTheFailures() {
        failuresLeft = 2;
        run(ErrorPolicy.retry(3, Duration.ofSeconds(5)), 1, -3, 5);
        assertThat(outputs()).containsExactly(1L, 4L, 9L);
        assertThat(attempts.stream().filter(value -> value == -3)).hasSize(3);
        assertThat(test.status().recordsSkipped()).isZero();
    }

    @Test
    void aRetryWithoutEffectsKeepsWhatCameBefore() {
        failuresLeft = 2;
        run(ErrorPolicy.retry(3, Duration.ofSeconds(5)), 1, -2, 5);
        assertThat(outputs()).containsExactly(1L, 3L, 8L);
        assertThat(attempts).containsExactly(1L, -2L, -2L, -2L, 5L);
        assertThat(test.status().transactionsAborted()).isZero();
    }

    @Test
    void afterTheLastRetryComesWhatWasChosen() {
        run(ErrorPolicy.retry(2, Duration.ofSeconds(5)).then(ErrorPolicy.deadLetter(DEAD)), 1, -3, 5);
        assertThat(attempts.stream().filter(value -> value == -3)).hasSize(3);
        assertThat(texts(test.output(DEAD).readRecord().headers())).containsEntry(DeadLetterHeaders.ATTEMPTS, "3");
    }

    @Test
    void withoutAPolicyTheApplicationEndsAndWhatIsCommittedStays() {
        begin(ErrorPolicy.stop(), 1, -3, 5);
        assertThat(test.runUntilFailure())
                .isInstanceOf(RecordFailedException.class)
                .hasMessageContaining("in-0 at offset 1")
                .hasMessageContaining("odd -3")
                .hasMessageContaining("onProcessingError(...)");
        assertThat(outputs()).isEmpty();
        failuresLeft = 0;
        test.crashAndRestart();
        test.run();
        assertThat(outputs()).containsExactly(1L, 4L, 9L);
    }

    private static Map<String, String> texts(List<Header> headers) {
        Map<String, String> texts = new LinkedHashMap<>();
        headers.forEach(header -> texts.put(
                header.name(), header.value() == null ? "" : header.value().toUtf8()));
        return texts;
    }

    @Test
    void aCheckedExceptionThatNobodyDeclaredIsAskedAboutAsAnyOther() {
        for (ErrorPolicy policy : List.of(ErrorPolicy.skip(), ErrorPolicy.stop())) {
            Pipeline.Builder builder = Pipeline.named("app");
            builder.stream(IN)
                    .onError(policy)
                    .mapValues(value -> value < 0 ? ErrorPolicyTest.<Long, RuntimeException>fail(value) : value)
                    .withValueSerde(Serdes.int64())
                    .to(OUT);
            try (PipelineTest checked = PipelineTest.of(builder.build())) {
                checked.input(IN).send("a", 1L);
                checked.input(IN).send("a", -1L);
                checked.input(IN).send("a", 2L);
                if (policy instanceof ErrorPolicy.Skip) {
                    checked.run();
                    assertThat(checked.output(OUT).readValues()).containsExactly(1L, 2L);
                } else {
                    assertThat(checked.runUntilFailure())
                            .isInstanceOf(RecordFailedException.class)
                            .hasMessageContaining("offset 1")
                            .hasRootCauseInstanceOf(IOException.class);
                }
            }
        }
    }

    /** As code in languages without checked exceptions throws them. */
    @SuppressWarnings("unchecked") // that the cast cannot be checked is the point
    private static <T, E extends Exception> T fail(T value) throws E {
        throw (E) new IOException("not " + value);
    }
}
