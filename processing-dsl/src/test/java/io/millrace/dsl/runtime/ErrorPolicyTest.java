package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Application;
import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.Header;
import io.millrace.log.Isolation;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private static final Output<String, Long> TOTAL = Output.named("total");

    private final Simulation simulation = new Simulation(7);
    private final List<Long> attempts = new ArrayList<>();
    private int failuresLeft = Integer.MAX_VALUE;

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
                                    throw new IllegalArgumentException("odd " + value);
                                }
                            };
                        },
                        TOTALS)
                .output(TOTAL)
                .to(OUT);
        return builder.build();
    }

    private void send(long... values) {
        simulation.log().admin().createTopic("in", 1, IN.settings());
        try (LogProducer producer = simulation.log().producer()) {
            for (long value : values) {
                BytesView bytes = BytesView.of(
                        ByteBuffer.allocate(Long.BYTES).putLong(value).array());
                producer.send(new TopicPartition("in", 0), 1_000 + value, BytesView.ofUtf8("k"), bytes, List.of());
            }
        }
    }

    private Application runWith(ErrorPolicy policy) {
        Application app = simulation.start(pipeline(policy));
        simulation.runUntilDrained(app);
        return app;
    }

    private List<String> outputs() {
        return LogReading.texts(simulation.log(), OUT, 0);
    }

    @Test
    void skippedRecordsLeaveNothingWhetherTheyHadEffectsOrNot() {
        send(1, -2, 3, -3, 5);
        Application app = runWith(ErrorPolicy.skip());
        assertThat(outputs()).containsExactly("k=1", "k=4", "k=9");
        assertThat(app.status().recordsSkipped()).isEqualTo(2);
        app.close();
        assertThat(simulation.stored(TOTALS, 0)).isEqualTo(Map.of("k", 9L));
    }

    @Test
    void anEntryThatIsTooLargeIsTheFaultOfTheRecordThatAsksForIt() {
        send(1);
        try (LogProducer producer = simulation.log().producer()) {
            BytesView value =
                    BytesView.of(ByteBuffer.allocate(Long.BYTES).putLong(7).array());
            BytesView key = BytesView.ofUtf8("k".repeat(70_000));
            producer.send(new TopicPartition("in", 0), 1_000, key, value, List.of());
        }
        send(5);
        Application app = runWith(ErrorPolicy.skip());
        assertThat(outputs()).containsExactly("k=1", "k=6");
        assertThat(app.status().recordsSkipped()).isEqualTo(1);
        app.close();
    }

    @Test
    void aRecordWithoutEffectsIsPassedOverWithoutAnAbort() {
        send(1, -2, 3);
        Application app = runWith(ErrorPolicy.skip());
        assertThat(app.status().transactionsAborted()).isZero();
        assertThat(attempts).containsExactly(1L, -2L, 3L);
    }

    @Test
    void aRecordWithEffectsIsNotTriedAgainAfterTheAbort() {
        send(1, -3, 5);
        Application app = runWith(ErrorPolicy.skip());
        assertThat(app.status().transactionsAborted()).isEqualTo(1);
        assertThat(attempts).containsExactly(1L, -3L, 1L, 5L);
    }

    @Test
    void deadLettersCarryTheRecordAsItCameAndWhatWentWrong() {
        send(1, -3, 5);
        Application app = runWith(ErrorPolicy.deadLetter(DEAD));
        List<LogReading.Seen<String, BytesView>> dead = LogReading.read(simulation.log(), DEAD, 0);
        assertThat(dead).hasSize(1);
        assertThat(dead.get(0).key()).isEqualTo("k");
        assertThat(dead.get(0).value().getLong(0)).isEqualTo(-3);
        assertThat(dead.get(0).timestamp()).isEqualTo(997);
        assertThat(texts(dead.get(0).headers()))
                .containsEntry(DeadLetterHeaders.TOPIC, "in")
                .containsEntry(DeadLetterHeaders.PARTITION, "0")
                .containsEntry(DeadLetterHeaders.OFFSET, "1")
                .containsEntry(DeadLetterHeaders.ERROR_CLASS, "java.lang.IllegalArgumentException")
                .containsEntry(DeadLetterHeaders.ERROR_MESSAGE, "odd -3")
                .containsEntry(DeadLetterHeaders.ATTEMPTS, "1");
        assertThat(app.status().deadLetters()).isEqualTo(1);
        assertThat(outputs()).containsExactly("k=1", "k=6");
    }

    @Test
    void bytesThatAreNoValueAreTheRecordsFaultToo() {
        send(1);
        try (LogProducer producer = simulation.log().producer()) {
            producer.send(new TopicPartition("in", 0), 7, BytesView.ofUtf8("k"), BytesView.ofUtf8("?"), List.of());
            producer.send(new TopicPartition("in", 0), 8, null, BytesView.ofUtf8("12345678"), List.of());
            producer.flush();
        }
        runWith(ErrorPolicy.deadLetter(
                Topic.of("dead", Serdes.string(), Serdes.bytes()).withPartitions(1)));
        assertThat(outputs()).containsExactly("k=1");
        assertThat(simulation.log().admin().endOffset(new TopicPartition("dead", 0), Isolation.READ_COMMITTED))
                .isGreaterThan(1);
    }

    @Test
    void aRetryThatSucceedsLeavesNoTraceOfTheFailures() {
        failuresLeft = 2;
        send(1, -3, 5);
        Application app = runWith(ErrorPolicy.retry(3, Duration.ofSeconds(5)));
        assertThat(outputs()).containsExactly("k=1", "k=4", "k=9");
        assertThat(attempts.stream().filter(value -> value == -3)).hasSize(3);
        assertThat(app.status().recordsSkipped()).isZero();
    }

    @Test
    void aRetryWithoutEffectsKeepsWhatCameBefore() {
        failuresLeft = 2;
        send(1, -2, 5);
        Application app = runWith(ErrorPolicy.retry(3, Duration.ofSeconds(5)));
        assertThat(outputs()).containsExactly("k=1", "k=3", "k=8");
        assertThat(attempts).containsExactly(1L, -2L, -2L, -2L, 5L);
        assertThat(app.status().transactionsAborted()).isZero();
    }

    @Test
    void afterTheLastRetryComesWhatWasChosen() {
        send(1, -3, 5);
        runWith(ErrorPolicy.retry(2, Duration.ofSeconds(5)).then(ErrorPolicy.deadLetter(DEAD)));
        assertThat(attempts.stream().filter(value -> value == -3)).hasSize(3);
        assertThat(texts(LogReading.read(simulation.log(), DEAD, 0).get(0).headers()))
                .containsEntry(DeadLetterHeaders.ATTEMPTS, "3");
    }

    @Test
    void withoutAPolicyTheApplicationEndsAndWhatIsCommittedStays() {
        send(1, -3, 5);
        Application app = simulation.start(pipeline(ErrorPolicy.stop()));
        simulation.world().runUntil(() -> app.failure().isPresent(), Duration.ofHours(1));
        assertThat(app.failure().orElseThrow())
                .isInstanceOf(RecordFailedException.class)
                .hasMessageContaining("in-0 at offset 1")
                .hasMessageContaining("odd -3")
                .hasMessageContaining("onError");
        app.close();
        assertThat(outputs()).isEmpty();
        failuresLeft = 0;
        Application again = simulation.start(pipeline(ErrorPolicy.stop()));
        simulation.runUntilDrained(again);
        assertThat(outputs()).containsExactly("k=1", "k=4", "k=9");
    }

    private static Map<String, String> texts(List<Header> headers) {
        Map<String, String> texts = new LinkedHashMap<>();
        headers.forEach(header -> texts.put(
                header.name(), header.value() == null ? "" : header.value().toUtf8()));
        return texts;
    }
}
