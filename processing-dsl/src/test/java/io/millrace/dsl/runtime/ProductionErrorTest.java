package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.SourceStream;
import io.millrace.dsl.Topic;
import io.millrace.dsl.operator.ProductionException;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.TestRecord;
import io.millrace.log.Header;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A result that cannot be written is the fault of the record that caused it, and has a policy of its own. */
class ProductionErrorTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, String> TEXTS =
            Topic.of("texts", Serdes.string(), new Texts()).withPartitions(1).withSettings(TopicSettings.compacted());
    private static final Topic<String, Long> LENGTHS =
            Topic.of("lengths", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, BytesView> DEAD =
            Topic.of("dead", Serdes.string(), Serdes.bytes()).withPartitions(1);
    private static final KeyValueSpec<String, Long> COUNT =
            StoreSpec.keyValue("count", Serdes.string(), Serdes.int64());
    private static final Output<String, Long> LENGTH = Output.named("length");
    private static final Output<String, String> TEXT = Output.named("text");

    private PipelineTest test;

    /** Strings, but none that begins with an exclamation mark. */
    private static final class Texts implements Serde<String> {
        @Override
        public void write(String text, BytesWriter out) {
            if (text.startsWith("!")) {
                throw new SerdeException("no exclamations");
            }
            Serdes.string().write(text, out);
        }

        @Override
        public String read(BytesView in) {
            return Serdes.string().read(in);
        }

        @Override
        public String name() {
            return "texts";
        }
    }

    @AfterEach
    void close() {
        if (test != null) {
            test.close();
        }
    }

    /** Counts, and writes a length and a text of that length; a negative one is an exclamation, and 0 has no key. */
    private void begin(
            UnaryOperator<SourceStream<String, Long>> ofStream,
            Consumer<Pipeline.Builder> ofPipeline,
            long... lengths) {
        Pipeline.Builder builder = Pipeline.named("app");
        ofPipeline.accept(builder);
        var outputs = ofStream.apply(builder.stream(IN))
                .process(
                        "write",
                        stores -> {
                            KeyValueStore<String, Long> counts = stores.get(COUNT);
                            return (key, length, context) -> {
                                Long before = counts.get("all");
                                counts.put("all", before == null ? 1 : before + 1);
                                context.emit(LENGTH, key, length);
                                context.emit(
                                        TEXT,
                                        length == 0 ? null : key,
                                        length < 0 ? "!" : "x".repeat(length.intValue()));
                            };
                        },
                        COUNT);
        outputs.output(LENGTH).to(LENGTHS);
        outputs.output(TEXT).to(TEXTS);
        test = PipelineTest.of(builder.build());
        for (long length : lengths) {
            test.input(IN).send("k", length);
        }
    }

    @Test
    void endsTheApplicationWithoutAPolicyAndSaysWhy() {
        begin(same -> same, same -> {}, 1, 2_000_000, 3);
        assertThat(test.runUntilFailure())
                .isInstanceOf(RecordFailedException.class)
                .hasMessageContaining("in-0 at offset 1")
                .hasMessageContaining("A result for topic 'texts' could not be written")
                .hasMessageContaining("2000001 bytes is larger than topic texts takes (1048576)")
                .hasMessageContaining("onProductionError(...)");
        assertThat(test.output(LENGTHS).readValues()).isEmpty();
    }

    @Test
    void hasAPolicyBesideThatOfOtherErrorsAndLeavesNothingOfTheAttempt() {
        begin(stream -> stream.onProductionError(ErrorPolicy.deadLetter(DEAD)), same -> {}, 1, 2_000_000, -1, 0, 3);
        test.run();
        assertThat(test.output(LENGTHS).readValues()).containsExactly(1L, 3L);
        assertThat(test.output(TEXTS).readValues()).containsExactly("x", "xxx");
        assertThat(test.state("count")).isEqualTo(Map.of("all", 2L));
        assertThat(test.status().deadLetters()).isEqualTo(3);
        List<TestRecord<String, BytesView>> dead = test.output(DEAD).readAll();
        assertThat(dead).hasSize(3);
        assertIsDead(dead.get(0), 2_000_000, "larger than topic texts takes");
        assertIsDead(dead.get(1), -1, "no exclamations");
        assertIsDead(dead.get(2), 0, "it has no key");
    }

    private static void assertIsDead(TestRecord<String, BytesView> dead, long value, String message) {
        assertThat(dead.value().getLong(0)).isEqualTo(value);
        Map<String, String> headers = dead.headers().stream()
                .collect(Collectors.toMap(Header::name, header -> header.value().toUtf8()));
        assertThat(headers)
                .containsEntry(DeadLetterHeaders.TOPIC, "in")
                .containsEntry(DeadLetterHeaders.ERROR_CLASS, ProductionException.class.getName());
        assertThat(headers.get(DeadLetterHeaders.ERROR_MESSAGE)).contains("topic 'texts'", message);
    }

    @Test
    void hasThePolicyOfOtherErrorsWhereItHasNone() {
        begin(stream -> stream.onError(ErrorPolicy.skip()), same -> {}, 1, 2_000_000, 3);
        test.run();
        assertThat(test.output(LENGTHS).readValues()).containsExactly(1L, 3L);
        assertThat(test.status().recordsSkipped()).isEqualTo(1);
    }

    @Test
    void thePipelinesPolicyHoldsWhereTheStreamHasNone() {
        ErrorPolicy twice = ErrorPolicy.retry(2, Duration.ofSeconds(1)).then(ErrorPolicy.skip());
        begin(same -> same, builder -> builder.onProductionError(twice), 1, 2_000_000, 3);
        test.run();
        assertThat(test.output(LENGTHS).readValues()).containsExactly(1L, 3L);
        test.close();

        begin(
                stream -> stream.onProductionError(ErrorPolicy.stop()),
                builder -> builder.onProductionError(twice),
                2_000_000);
        assertThat(test.runUntilFailure()).isInstanceOf(RecordFailedException.class);
    }

    @Test
    void oneThatIsAllThatARecordDoesAbortsNothing() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .onProductionError(ErrorPolicy.skip())
                .mapValues(length -> "x".repeat(length.intValue()))
                .withSerdes(Serdes.string(), new Texts())
                .to(TEXTS);
        test = PipelineTest.of(builder.build());
        test.input(IN).send("k", 2_000_000L);
        test.input(IN).send("k", 2L);
        test.run();
        assertThat(test.output(TEXTS).readValues()).containsExactly("xx");
        assertThat(test.status().transactionsAborted()).isZero();
    }

    @Test
    void twoPoliciesForOneTopicAreRefused() {
        Pipeline.Builder builder = Pipeline.named("app");
        SourceStream<String, Long> stream = builder.stream(IN).onProductionError(ErrorPolicy.skip());
        assertThatThrownBy(() -> stream.onProductionError(ErrorPolicy.stop()))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("two policies for production errors")
                .hasMessageContaining("call onProductionError once per topic");
    }
}
