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
import org.jspecify.annotations.Nullable;

class AggregateComparisonTest {
    private static final Topic<String, Long> IN = KafkaComparison.topic("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> COUNTS = KafkaComparison.topic("counts", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> SUMS = KafkaComparison.topic("sums", Serdes.string(), Serdes.int64());

    private static final KafkaComparison PROGRAM = KafkaComparison.of(
                    millrace -> {
                        var grouped = millrace.stream(IN).groupByKey();
                        grouped.count("counts").toStream().to(COUNTS);
                        grouped.aggregate("sums", () -> 100L, AggregateComparisonTest::add, Serdes.int64())
                                .toStream()
                                .to(SUMS);
                    },
                    kafka -> {
                        var grouped = KafkaComparison.stream(kafka, IN).groupByKey(KafkaComparison.grouped(IN));
                        KafkaComparison.to(
                                COUNTS,
                                grouped.count(KafkaComparison.store("counts", COUNTS))
                                        .toStream());
                        KafkaComparison.to(
                                SUMS,
                                grouped.aggregate(
                                                () -> 100L,
                                                AggregateComparisonTest::add,
                                                KafkaComparison.store("sums", SUMS))
                                        .toStream());
                    })
            .writing(COUNTS, SUMS);

    /** A nine deletes the sum. */
    private static @Nullable Long add(String key, Long value, Long sum) {
        return value == 9 ? null : sum + value;
    }

    @Provide
    Arbitrary<List<Fed>> input() {
        return Inputs.lists(Inputs.records(IN, Arbitraries.longs().between(0, 9)));
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void aggregatesAreThoseOfKafkaStreams(@ForAll("input") List<Fed> input) {
        PROGRAM.check(input);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void theyAreWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        PROGRAM.checkWithCrashes(input, seed);
    }
}
