package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.SourceStream;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.runtime.RecordFailedException;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What cannot be read, what a step throws and what cannot be written go by policies of their own; errors of code are exceptions, and those of the machine are not. */
class ErrorKindsTest {
    private static final Topic<String, String> IN =
            Topic.of("in", Serdes.string(), new Words()).withPartitions(1);
    private static final Topic<String, String> OUT =
            Topic.of("out", Serdes.string(), new Words()).withPartitions(1);
    private static final Topic<String, BytesView> DEAD =
            Topic.of("dead", Serdes.string(), Serdes.bytes()).withPartitions(1);
    private static final KeyValueSpec<String, Long> COUNTS =
            StoreSpec.keyValue("counts", Serdes.string(), Serdes.int64());
    private static final Output<String, String> WORD = Output.named("word");

    private PipelineTest test;

    /** Text; none is read that begins with "unread", and none written that begins with "unwritten". */
    private static final class Words implements Serde<String> {
        @Override
        public void write(String text, BytesWriter out) {
            if (text.startsWith("unwritten")) {
                throw new IllegalArgumentException("no " + text);
            }
            Serdes.string().write(text, out);
        }

        @Override
        public String read(BytesView in) {
            String text = Serdes.string().read(in);
            if (text.startsWith("unread")) {
                if (text.endsWith("deep")) {
                    throw new StackOverflowError();
                }
                throw new IllegalArgumentException("cannot read " + text);
            }
            return text;
        }

        @Override
        public String name() {
            return "words";
        }
    }

    @AfterEach
    void close() {
        if (test != null) {
            test.close();
        }
    }

    private static int depth(int levels) {
        return levels == 0 ? 0 : 1 + depth(levels + 1);
    }

    /** What a step does with a word after it has counted it. */
    private static String applied(String word) {
        return switch (word) {
            case "thrown" -> throw new IllegalStateException("not " + word);
            case "asserted" -> throw new AssertionError("never " + word);
            case "deep" -> "depth " + depth(1);
            case "unlinked" -> throw new NoClassDefFoundError("io/somebody/Missing");
            case "full" -> throw new OutOfMemoryError("as if");
            default -> word.startsWith("to ") ? word.substring(3) : word;
        };
    }

    private void begin(UnaryOperator<SourceStream<String, String>> policies, String... words) {
        Pipeline.Builder builder = Pipeline.named("app");
        policies.apply(builder.stream(IN))
                .process(
                        "count",
                        stores -> {
                            KeyValueStore<String, Long> counts = stores.get(COUNTS);
                            return (key, word, context) -> {
                                Long before = counts.get("all");
                                counts.put("all", before == null ? 1 : before + 1);
                                context.emit(WORD, key, applied(word));
                            };
                        },
                        COUNTS)
                .output(WORD)
                .to(OUT);
        test = PipelineTest.of(builder.build());
        for (String word : words) {
            test.input(IN).sendBytes(BytesView.ofUtf8("k"), BytesView.ofUtf8(word), 0);
        }
    }

    @Test
    void eachKindGoesByItsOwnPolicyAndLeavesNothing() {
        begin(
                in -> in.onDeserializationError(ErrorPolicy.deadLetter(DEAD))
                        .onProcessingError(
                                ErrorPolicy.retry(2, Duration.ofSeconds(1)).then(ErrorPolicy.skip()))
                        .onProductionError(ErrorPolicy.deadLetter(DEAD)),
                "a",
                "unread",
                "b",
                "thrown",
                "c",
                "to unwritten",
                "d");
        test.run();
        assertThat(test.output(OUT).readValues()).containsExactly("a", "b", "c", "d");
        assertThat(test.state("counts")).isEqualTo(Map.of("all", 4L));
        assertThat(test.status().recordsSkipped()).isEqualTo(1);
        assertThat(test.output(DEAD).readAll())
                .extracting(letter -> text(letter) + " "
                        + letter.header(DeadLetterHeaders.ERROR_KIND).orElse("none"))
                .containsExactly("unread deserialization", "to unwritten production");
    }

    private static String text(TestRecord<String, BytesView> letter) {
        return letter.value() == null ? "" : letter.value().toUtf8();
    }

    @Test
    void withoutAPolicyTheErrorSaysWhatFailedAndWhichPolicyItIsFor() {
        Map<String, String> said = Map.of(
                "unread", "could not be read (attempt 1): java.lang.IllegalArgumentException: cannot read unread",
                "thrown", "could not be processed (attempt 1): java.lang.IllegalStateException: not thrown",
                "to unwritten", "has a result that could not be written (attempt 1): ");
        Map<String, String> methods = Map.of(
                "unread", "onDeserializationError(...)",
                "thrown", "onProcessingError(...)",
                "to unwritten", "onProductionError(...)");
        for (String word : said.keySet()) {
            begin(in -> in, "a", word);
            assertThat(test.runUntilFailure())
                    .isInstanceOf(RecordFailedException.class)
                    .hasMessageContaining(said.get(word))
                    .hasMessageContaining(methods.get(word));
            test.close();
        }
    }

    @Test
    void errorsOfCodeAreTheRecordsFault() {
        begin(in -> in.onError(ErrorPolicy.deadLetter(DEAD)), "a", "asserted", "b", "deep", "unread deep", "c");
        test.run();
        assertThat(test.output(OUT).readValues()).containsExactly("a", "b", "c");
        assertThat(test.state("counts")).isEqualTo(Map.of("all", 3L));
        assertThat(test.output(DEAD).readAll())
                .extracting(letter -> text(letter) + " "
                        + letter.header(DeadLetterHeaders.ERROR_CLASS).orElse("none"))
                .containsExactly(
                        "asserted java.lang.AssertionError",
                        "deep java.lang.StackOverflowError",
                        "unread deep java.lang.StackOverflowError");
    }

    /** Time that a failed record brought would make those late that come after it. */
    /** A message that quotes its record would make the letter twice as large. */
    @Test
    void aLetterSaysNoMoreOfTheErrorThanIsRead() {
        begin(in -> in.onError(ErrorPolicy.deadLetter(DEAD)), "a", "unread " + "x".repeat(600_000), "b");
        test.run();
        assertThat(test.output(OUT).readValues()).containsExactly("a", "b");
        assertThat(test.deadLetters(DEAD))
                .singleElement()
                .satisfies(letter -> assertThat(letter.failure().message())
                        .startsWith("cannot read unread xxx")
                        .endsWith(" characters more)")
                        .hasSizeLessThan(5_000));
    }

    @Test
    void aRecordThatFailedByAnErrorHasNotMovedTime() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .onError(ErrorPolicy.skip())
                .peek((key, word) -> applied(word))
                .groupByKey()
                .windowedBy(TimeWindows.tumbling(Duration.ofSeconds(1)))
                .count("windows");
        test = PipelineTest.of(builder.build());
        test.input(IN).send("k", "a", 0);
        test.input(IN).send("k", "asserted", 100_000);
        test.input(IN).send("k", "b", 1);
        test.run();
        assertThat(test.state("windows").values()).containsExactly(2L);
    }

    @Test
    void anErrorOfCodeWithoutAPolicyNamesItsRecordAndLetsTheRestGoOnLater() {
        begin(in -> in, "a", "asserted");
        assertThat(test.runUntilFailure())
                .isInstanceOf(RecordFailedException.class)
                .hasMessageContaining("in-0 at offset 1")
                .hasRootCauseInstanceOf(AssertionError.class);
    }

    @Test
    void aProgramThatIsNotWholeAndAMachineThatFailsEndTheApplicationWhateverIsSaid() {
        for (String word : new String[] {"unlinked", "full"}) {
            begin(in -> in.onError(ErrorPolicy.skip()), "a", word, "b");
            assertThat(test.runUntilFailure()).isInstanceOf(Error.class);
            assertThat(test.output(OUT).readValues()).isEmpty();
            test.close();
        }
    }
}
