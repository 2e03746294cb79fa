package io.millrace.dsl.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Output;
import io.millrace.dsl.Topic;
import io.millrace.log.Header;
import io.millrace.serde.Serdes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

/** Headers go with what comes of their record, through topics between steps, and a step may choose others. */
class HeadersComparisonTest {
    private static final Topic<String, Long> IN = KafkaComparison.topic("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUT = KafkaComparison.topic("out", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> MOVED = KafkaComparison.topic("moved", Serdes.string(), Serdes.int64());
    private static final Output<String, Long> NUMBERS = Output.named("numbers");

    private static final KafkaComparison PROGRAM = KafkaComparison.of(
                    millrace -> millrace.stream(IN)
                            .filter((key, value) -> key != null && value != null)
                            .mapValues((key, value) -> value + 1)
                            .process("sign", stores -> (key, value, context) -> {
                                List<Header> more = new ArrayList<>(context.headers());
                                more.add(Header.ofUtf8("signed", key));
                                context.emit(NUMBERS, key, value, context.timestamp(), more);
                                context.emit(NUMBERS, key + "+", value, context.timestamp() + 1);
                                context.emit(NUMBERS, key + "-", value, context.timestamp(), List.of());
                            })
                            .output(NUMBERS)
                            .selectKey((key, value) -> "k" + value % 2 + key)
                            .repartition(MOVED)
                            .to(OUT),
                    kafka -> KafkaComparison.to(
                            OUT,
                            KafkaComparison.stream(kafka, IN)
                                    .filter((key, value) -> key != null && value != null)
                                    .mapValues(value -> value + 1)
                                    .process(Sign::new)
                                    .selectKey((key, value) -> "k" + value % 2 + key)
                                    .repartition(Repartitioned.<String, Long>as("moved")
                                            .withKeySerde(KafkaComparison.serde(Serdes.string()))
                                            .withValueSerde(KafkaComparison.serde(Serdes.int64())))))
            .writing(OUT);

    private static final class Sign extends ContextualProcessor<String, Long, String, Long> {
        @Override
        public void process(Record<String, Long> record) {
            Headers more = new RecordHeaders(record.headers());
            more.add("signed", record.key().getBytes(StandardCharsets.UTF_8));
            context().forward(record.withHeaders(more));
            context().forward(record.withKey(record.key() + "+").withTimestamp(record.timestamp() + 1));
            context().forward(record.withKey(record.key() + "-").withHeaders(new RecordHeaders()));
        }
    }

    @Provide
    Arbitrary<List<Fed>> input() {
        return Inputs.lists(Inputs.records(IN, Arbitraries.longs().between(0, 9)));
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void theyAreKafkas(@ForAll("input") List<Fed> input) {
        PROGRAM.check(input);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void theyAreWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        PROGRAM.checkWithCrashes(input, seed);
    }

    @Test
    void bothHaveThem() {
        List<Fed> input = Fed.numbered(List.of(Fed.of(IN, "a", 1L, 5)));
        assertThat(PROGRAM.kafka(input))
                .isEqualTo(PROGRAM.millrace(input))
                .containsEntry("out/k0a", List.of(new Written("out", "k0a", 2L, 5, List.of("number=0", "signed=a"))))
                .containsEntry("out/k0a+", List.of(new Written("out", "k0a+", 2L, 6, List.of("number=0"))))
                .containsEntry("out/k0a-", List.of(new Written("out", "k0a-", 2L, 5)));
    }
}
