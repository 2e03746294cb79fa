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
    private static final Topic<String, Long> MORE = KafkaComparison.topic("more", Serdes.string(), Serdes.int64());
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

    private static final KafkaComparison SEVERAL = KafkaComparison.of(
                    millrace -> {
                        millrace.stream(IN)
                                .groupByKey()
                                .reduce("largest", AggregateComparisonTest::larger)
                                .toStream()
                                .to(COUNTS);
                        millrace.stream(IN)
                                .groupByKey()
                                .<Long>cogroup(AggregateComparisonTest::add)
                                .cogroup(millrace.stream(MORE).groupByKey(), (key, value, sum) -> sum - value)
                                .aggregate("balances", () -> 1000L, Serdes.int64())
                                .toStream()
                                .to(SUMS);
                    },
                    kafka -> {
                        var grouped = KafkaComparison.stream(kafka, IN).groupByKey(KafkaComparison.grouped(IN));
                        KafkaComparison.to(
                                COUNTS,
                                grouped.reduce(
                                                AggregateComparisonTest::larger,
                                                KafkaComparison.store("largest", COUNTS))
                                        .toStream());
                        KafkaComparison.to(
                                SUMS,
                                grouped.<Long>cogroup(AggregateComparisonTest::add)
                                        .cogroup(
                                                KafkaComparison.stream(kafka, MORE)
                                                        .groupByKey(KafkaComparison.grouped(MORE)),
                                                (key, value, sum) -> sum - value)
                                        .aggregate(() -> 1000L, KafkaComparison.store("balances", SUMS))
                                        .toStream());
                    })
            .writing(COUNTS, SUMS);

    /** The larger of two; of two fives there is none. */
    private static @Nullable Long larger(Long first, Long second) {
        return first == 5 && second == 5 ? null : Math.max(first, second);
    }

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

    @Provide
    Arbitrary<List<Fed>> inputOfBoth() {
        Arbitrary<Long> values = Arbitraries.longs().between(0, 9);
        return Inputs.lists(List.of(Inputs.records(IN, values), Inputs.records(MORE, values)));
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void reducedAndCogroupedStreamsAreThoseOfKafkaStreams(@ForAll("inputOfBoth") List<Fed> input, @ForAll long seed) {
        SEVERAL.check(input);
        SEVERAL.checkWithCrashes(input, seed);
    }
}
