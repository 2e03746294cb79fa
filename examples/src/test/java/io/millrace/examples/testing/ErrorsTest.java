package io.millrace.examples.testing;

import static io.millrace.dsl.ErrorPolicy.deadLetter;
import static io.millrace.dsl.ErrorPolicy.retry;
import static io.millrace.dsl.ErrorPolicy.skip;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The policies of the README, which shows what stands between the two marks. */
class ErrorsTest {
    // README
    static final Topic<String, String> PAYMENTS = Topic.of("payments", Serdes.string(), Serdes.string());
    static final Topic<String, Long> CENTS = Topic.of("cents", Serdes.string(), Serdes.int64());
    static final Topic<BytesView, BytesView> BAD = Topic.of("payments-bad", Serdes.bytes(), Serdes.bytes());

    static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("cents");
        builder.stream(PAYMENTS)
                .onDeserializationError(deadLetter(BAD)) // cannot be read
                .onProcessingError(retry(2, Duration.ofSeconds(1)).then(deadLetter(BAD))) // a step throws
                .onProductionError(skip()) // a result that its topic or its serde refuses
                .mapValues(text -> Long.valueOf(text))
                .withValueSerde(Serdes.int64())
                .to(CENTS);
        return builder.build();
    }

    @Test
    void whatIsNoNumberIsSetAsideAndTheRestGoesOn() {
        try (PipelineTest test = PipelineTest.of(pipeline())) {
            test.input(PAYMENTS).send("alice", "1000");
            test.input(PAYMENTS).send("alice", "ten");
            test.input(PAYMENTS).send("alice", "500");
            test.run();

            assertEquals(List.of(1000L, 500L), test.output(CENTS).readValues());
            assertEquals("ten", test.output(BAD).readRecord().value().toUtf8());
        }
    }
    // README
}
