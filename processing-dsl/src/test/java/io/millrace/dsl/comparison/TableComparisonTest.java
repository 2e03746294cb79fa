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
import org.apache.kafka.streams.kstream.KTable;
import org.jspecify.annotations.Nullable;

/** Tables, what is made of a row, and what is made of all rows of a group. */
class TableComparisonTest {
    private static final Topic<String, Long> IN = KafkaComparison.topic("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUT = KafkaComparison.topic("out", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> COUNTS = KafkaComparison.topic("counts", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> SUMS = KafkaComparison.topic("sums", Serdes.string(), Serdes.int64());

    private static final KafkaComparison ROWS = KafkaComparison.of(
                    millrace -> {
                        var table = millrace.table(IN, "table");
                        table.filter((key, value) -> value % 2 == 0)
                                .mapValues(value -> value * 10)
                                .filterNot((key, value) -> value == 20)
                                .toStream()
                                .to(OUT);
                        table.mapValues((key, value) -> value == 3 ? null : value)
                                .materialize("other", Serdes.int64())
                                .filter((key, value) -> value > 1)
                                .toStream((key, value) -> key + "!")
                                .withSerdes(Serdes.string(), Serdes.int64())
                                .to(COUNTS);
                    },
                    kafka -> {
                        KTable<String, Long> table = KafkaComparison.table(kafka, IN, "table");
                        KafkaComparison.to(
                                OUT,
                                table.filter((key, value) -> value % 2 == 0)
                                        .mapValues(value -> value * 10)
                                        .filterNot((key, value) -> value == 20)
                                        .toStream());
                        KafkaComparison.to(
                                COUNTS,
                                table.mapValues(
                                                (key, value) -> value == 3 ? null : value,
                                                KafkaComparison.store("other", IN))
                                        .filter((key, value) -> value > 1)
                                        .toStream((key, value) -> key + "!"));
                    })
            .writing(OUT, COUNTS);

    /** By a group that a row may leave, stay in, or have none of. */
    private static @Nullable String group(Long value) {
        return value == 0 ? null : "g" + value % 3;
    }

    private static final KafkaComparison GROUPS = KafkaComparison.of(
                    millrace -> {
                        var table = millrace.table(IN, "table").filter((key, value) -> value != 8);
                        table.groupBy("by-count", (key, value) -> group(value), Serdes.string())
                                .count("counts")
                                .toStream()
                                .to(COUNTS);
                        table.groupBy("by-sum", (key, value) -> group(value), Serdes.string())
                                .reduce("sums", Long::sum, (sum, value) -> sum - value)
                                .filter((key, sum) -> sum > 5)
                                .toStream()
                                .to(SUMS);
                        table.groupBy(
                                        "by-product",
                                        (key, value) -> group(value),
                                        Serdes.string(),
                                        (key, value) -> value == 7 ? null : value + 1,
                                        Serdes.int64())
                                .aggregate(
                                        "products",
                                        () -> 1L,
                                        (key, value, product) -> product * value,
                                        (key, value, product) -> product.equals(value) ? null : product / value,
                                        Serdes.int64())
                                .toStream()
                                .to(OUT);
                    },
                    kafka -> {
                        KTable<String, Long> table =
                                KafkaComparison.table(kafka, IN, "table").filter((key, value) -> value != 8);
                        KafkaComparison.to(
                                COUNTS,
                                table.groupBy(
                                                (key, value) -> KeyValue.pair(group(value), value),
                                                KafkaComparison.grouped(IN))
                                        .count(KafkaComparison.store("counts", COUNTS))
                                        .toStream());
                        KafkaComparison.to(
                                SUMS,
                                table.groupBy(
                                                (key, value) -> KeyValue.pair(group(value), value),
                                                KafkaComparison.grouped(IN))
                                        .reduce(
                                                Long::sum,
                                                (sum, value) -> sum - value,
                                                KafkaComparison.store("sums", SUMS))
                                        .filter((key, sum) -> sum > 5)
                                        .toStream());
                        KafkaComparison.to(
                                OUT,
                                table.groupBy(
                                                (key, value) ->
                                                        KeyValue.pair(group(value), value == 7 ? null : value + 1),
                                                KafkaComparison.grouped(IN))
                                        .aggregate(
                                                () -> 1L,
                                                (key, value, product) -> product * value,
                                                (key, value, product) -> product.equals(value) ? null : product / value,
                                                KafkaComparison.store("products", OUT))
                                        .toStream());
                    })
            .writing(COUNTS, SUMS, OUT);

    @Provide
    Arbitrary<List<Fed>> input() {
        return Inputs.lists(Inputs.records(IN, Arbitraries.longs().between(0, 9)));
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void rowsAreThoseOfKafkaStreams(@ForAll("input") List<Fed> input) {
        ROWS.check(input);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void rowsAreWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        ROWS.checkWithCrashes(input, seed);
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void groupsAreThoseOfKafkaStreams(@ForAll("input") List<Fed> input) {
        GROUPS.check(input);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void groupsAreWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        GROUPS.checkWithCrashes(input, seed);
    }
}
