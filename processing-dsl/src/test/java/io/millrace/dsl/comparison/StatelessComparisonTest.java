package io.millrace.dsl.comparison;

import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.streams.KeyValue;

class StatelessComparisonTest {
    private static final Topic<String, Long> IN = KafkaComparison.topic("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> MORE = KafkaComparison.topic("more", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUT = KafkaComparison.topic("out", Serdes.string(), Serdes.int64());

    private static final KafkaComparison PROGRAM = KafkaComparison.of(
                    millrace -> millrace.stream(IN)
                            .filter((key, value) -> value != null && value % 3 != 0)
                            .mapValues((key, value) -> value * 10)
                            .merge(millrace.stream(MORE))
                            .<String, Long>flatMap((key, value, out) -> {
                                out.emit(key, value);
                                out.emit(key + "+", value);
                            })
                            .to(OUT),
                    kafka -> KafkaComparison.to(
                            OUT,
                            KafkaComparison.stream(kafka, IN)
                                    .filter((key, value) -> value != null && value % 3 != 0)
                                    .mapValues(value -> value * 10)
                                    .merge(KafkaComparison.stream(kafka, MORE))
                                    .flatMap((key, value) ->
                                            List.of(KeyValue.pair(key, value), KeyValue.pair(key + "+", value)))))
            .writing(OUT);

    @Provide
    Arbitrary<List<Fed>> input() {
        Arbitrary<Long> values = Arbitraries.longs().between(0, 9);
        return Inputs.lists(List.of(Inputs.records(IN, values), Inputs.records(MORE, values)));
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void stepsWithoutStateWriteWhatKafkaStreamsWrites(@ForAll("input") List<Fed> input) {
        PROGRAM.check(input);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void theyDoWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        PROGRAM.checkWithCrashes(input, seed);
    }
}
