package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import org.junit.jupiter.api.Test;

/** Records that are about as large as their topics take, and larger with what is said of them. */
class LargeDeadLettersTest {
    private static final TopicSettings SMALL = TopicSettings.defaults().withMaxRecordBytes(4_000);
    private static final Topic<String, String> TEXTS =
            Topic.of("texts", Serdes.string(), Serdes.string()).withSettings(SMALL);
    private static final Topic<String, String> RESULTS = Topic.of("results", Serdes.string(), Serdes.string());
    private static final Topic<BytesView, BytesView> DEAD =
            Topic.of("dead", Serdes.bytes(), Serdes.bytes()).withSettings(SMALL);

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("large");
        builder.onError(ErrorPolicy.deadLetter(DEAD));
        builder.stream(TEXTS)
                .mapValues(text -> {
                    if (text.startsWith("x")) {
                        throw new IllegalArgumentException("no text");
                    }
                    return text;
                })
                .to(RESULTS);
        return builder.build();
    }

    @Test
    void theRecordMattersMoreThanTheStack() {
        try (PipelineTest test = PipelineTest.of(pipeline())) {
            test.input(TEXTS).send("k", "x".repeat(3_000));
            test.input(TEXTS).send("k", "good");
            test.run();

            assertThat(test.output(RESULTS).readValues()).containsExactly("good");
            TestRecord<BytesView, BytesView> letter = test.output(DEAD).readRecord();
            assertThat(letter.value().length()).isEqualTo(3_000);
            assertThat(letter.header(DeadLetterHeaders.ERROR_MESSAGE)).contains("no text");
            assertThat(letter.header(DeadLetterHeaders.ERROR_STACK)).isEmpty();
        }
    }

    @Test
    void oneThatCannotBeKeptEndsTheApplicationWithItsPlaceAndItsError() {
        try (PipelineTest test = PipelineTest.of(pipeline())) {
            test.input(TEXTS).toPartition(1).send("k", "x".repeat(3_900));

            assertThat(test.runUntilFailure())
                    .hasMessageContaining("The record of texts-1 at offset 0")
                    .hasMessageContaining("no text")
                    .hasMessageContaining("larger than topic dead takes (4000)")
                    .hasMessageContaining("millrace topics alter dead --max-record-bytes");
        }
    }
}
