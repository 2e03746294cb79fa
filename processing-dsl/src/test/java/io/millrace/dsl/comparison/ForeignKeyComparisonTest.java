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

/** Joins of tables where the rows of one refer to keys of the other. */
class ForeignKeyComparisonTest {
    private static final Topic<String, Long> ORDERS = KafkaComparison.topic("orders", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> CUSTOMERS =
            KafkaComparison.topic("customers", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> INNER = KafkaComparison.topic("inner", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> LEFT = KafkaComparison.topic("left", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> SUMS = KafkaComparison.topic("sums", Serdes.string(), Serdes.int64());

    /** The customer of an order, for some none; several values have the same. */
    private static @Nullable String customer(Long order) {
        return order == 9 ? null : "c" + order % 3;
    }

    private static Long join(Long order, @Nullable Long customer) {
        return order * 100 + (customer == null ? 99 : customer);
    }

    private static final KafkaComparison JOINS = KafkaComparison.of(
                    millrace -> {
                        var orders = millrace.table(ORDERS, "orders").filter((key, value) -> value != 4);
                        var customers = millrace.table(CUSTOMERS, "customers");
                        var inner = orders.join(
                                "inner",
                                customers,
                                (key, order) -> customer(order),
                                ForeignKeyComparisonTest::join,
                                Serdes.int64());
                        inner.toStream().to(INNER);
                        inner.groupBy("by-sum", (key, value) -> key + value % 2, Serdes.string())
                                .reduce("sums", Long::sum, (sum, value) -> sum - value)
                                .toStream()
                                .to(SUMS);
                        orders.leftJoin(
                                        "left",
                                        customers,
                                        (key, order) -> customer(order),
                                        ForeignKeyComparisonTest::join,
                                        Serdes.int64())
                                .toStream()
                                .to(LEFT);
                    },
                    kafka -> {
                        var orders =
                                KafkaComparison.table(kafka, ORDERS, "orders").filter((key, value) -> value != 4);
                        var customers = KafkaComparison.table(kafka, CUSTOMERS, "customers");
                        KTable<String, Long> inner = orders.join(
                                customers,
                                ForeignKeyComparisonTest::customer,
                                ForeignKeyComparisonTest::join,
                                KafkaComparison.store("inner", INNER));
                        KafkaComparison.to(INNER, inner.toStream());
                        KafkaComparison.to(
                                SUMS,
                                inner.groupBy(
                                                (key, value) -> KeyValue.pair(key + value % 2, value),
                                                KafkaComparison.grouped(SUMS))
                                        .reduce(
                                                Long::sum,
                                                (sum, value) -> sum - value,
                                                KafkaComparison.store("sums", SUMS))
                                        .toStream());
                        KafkaComparison.to(
                                LEFT,
                                orders.leftJoin(
                                                customers,
                                                ForeignKeyComparisonTest::customer,
                                                ForeignKeyComparisonTest::join,
                                                KafkaComparison.store("left", LEFT))
                                        .toStream());
                    })
            .writing(INNER, LEFT, SUMS)
            .withoutTombstonesOfNothing(INNER);

    @Provide
    Arbitrary<List<Fed>> input() {
        Arbitrary<Long> values = Arbitraries.longs().between(0, 9);
        return Inputs.lists(List.of(
                Inputs.records(ORDERS, values), Inputs.records(CUSTOMERS, Arbitraries.of("c0", "c1", "c2"), values)));
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void resultsAreThoseOfKafkaStreams(@ForAll("input") List<Fed> input) {
        JOINS.check(input);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void theyAreWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        JOINS.checkWithCrashes(input, seed);
    }
}
