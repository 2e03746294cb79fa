package io.millrace.dsl.comparison;

import io.millrace.dsl.Table;
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

/** Joins of tables, of a stream with a table, and what is computed from a join. */
class TableJoinComparisonTest {
    private static final Topic<String, Long> LEFT = KafkaComparison.topic("left", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> RIGHT = KafkaComparison.topic("right", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> ORDERS = KafkaComparison.topic("orders", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> INNER = KafkaComparison.topic("inner", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUTER = KafkaComparison.topic("outer", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> KEPT = KafkaComparison.topic("kept", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> SUMS = KafkaComparison.topic("sums", Serdes.string(), Serdes.int64());

    /** Tells which sides there were; seven and seven have no result. */
    private static @Nullable Long join(@Nullable Long left, @Nullable Long right) {
        if (left != null && right != null && left == 7 && right == 7) {
            return null;
        }
        return (left == null ? 90L : left) * 100 + (right == null ? 90L : right);
    }

    /** A join's changes, those of its filtered rows, and the sums of its groups, which go by what was before. */
    private static void write(Table<String, Long> joined, Topic<String, Long> changes) {
        joined.toStream().to(changes);
        Table<String, Long> even = joined.withValueSerde(Serdes.int64()).filter((key, value) -> value % 2 == 0);
        even.materialize("kept").toStream().to(KEPT);
        even.groupBy("by-sum", (key, value) -> "g" + value % 3, Serdes.string())
                .reduce("sums", Long::sum, (sum, value) -> sum - value)
                .toStream()
                .to(SUMS);
    }

    private static void write(KTable<String, Long> joined, Topic<String, Long> changes) {
        KafkaComparison.to(changes, joined.toStream());
        KTable<String, Long> even = joined.filter((key, value) -> value % 2 == 0);
        KafkaComparison.to(
                KEPT,
                joined.filter((key, value) -> value % 2 == 0, KafkaComparison.store("kept", KEPT))
                        .toStream());
        KafkaComparison.to(
                SUMS,
                even.groupBy((key, value) -> KeyValue.pair("g" + value % 3, value), KafkaComparison.grouped(SUMS))
                        .reduce(Long::sum, (sum, value) -> sum - value, KafkaComparison.store("sums", SUMS))
                        .toStream());
    }

    private static final KafkaComparison INNER_JOIN = KafkaComparison.of(
                    millrace -> write(
                            millrace.table(LEFT, "left")
                                    .join(millrace.table(RIGHT, "right"), TableJoinComparisonTest::join),
                            INNER),
                    kafka -> write(
                            KafkaComparison.table(kafka, LEFT, "left")
                                    .join(KafkaComparison.table(kafka, RIGHT, "right"), TableJoinComparisonTest::join),
                            INNER))
            .writing(INNER, KEPT, SUMS);

    private static final KafkaComparison LEFT_JOIN = KafkaComparison.of(
                    millrace -> write(
                            millrace.table(LEFT, "left")
                                    .leftJoin(
                                            millrace.table(RIGHT, "right").mapValues(value -> value + 1),
                                            TableJoinComparisonTest::join),
                            INNER),
                    kafka -> write(
                            KafkaComparison.table(kafka, LEFT, "left")
                                    .leftJoin(
                                            KafkaComparison.table(kafka, RIGHT, "right")
                                                    .mapValues(value -> value + 1),
                                            TableJoinComparisonTest::join),
                            INNER))
            .writing(INNER, KEPT, SUMS);

    private static final KafkaComparison OUTER_JOIN = KafkaComparison.of(
                    millrace -> write(
                            millrace.table(LEFT, "left")
                                    .filter((key, value) -> value != 5)
                                    .outerJoin(millrace.table(RIGHT, "right"), TableJoinComparisonTest::join),
                            OUTER),
                    kafka -> write(
                            KafkaComparison.table(kafka, LEFT, "left")
                                    .filter((key, value) -> value != 5)
                                    .outerJoin(
                                            KafkaComparison.table(kafka, RIGHT, "right"),
                                            TableJoinComparisonTest::join),
                            OUTER))
            .writing(OUTER, KEPT, SUMS);

    /** A stream that looks up the rows of joins, which have no store. */
    private static final KafkaComparison STREAM_JOIN = KafkaComparison.of(
                    millrace -> {
                        var left = millrace.table(LEFT, "left");
                        var right = millrace.table(RIGHT, "right").filter((key, value) -> value > 1);
                        var orders = millrace.stream(ORDERS);
                        orders.join(left.join(right, TableJoinComparisonTest::join), TableJoinComparisonTest::join)
                                .to(INNER);
                        orders.leftJoin(
                                        left.outerJoin(right, TableJoinComparisonTest::join),
                                        TableJoinComparisonTest::join)
                                .to(OUTER);
                    },
                    kafka -> {
                        var left = KafkaComparison.table(kafka, LEFT, "left");
                        var right = KafkaComparison.table(kafka, RIGHT, "right").filter((key, value) -> value > 1);
                        var orders = KafkaComparison.stream(kafka, ORDERS);
                        KafkaComparison.to(
                                INNER,
                                orders.join(
                                        left.join(right, TableJoinComparisonTest::join),
                                        TableJoinComparisonTest::join));
                        KafkaComparison.to(
                                OUTER,
                                orders.leftJoin(
                                        left.outerJoin(right, TableJoinComparisonTest::join),
                                        TableJoinComparisonTest::join));
                    })
            .writing(INNER, OUTER);

    /** A join of joins: its rows' timestamps are those of what they are made of. */
    private static final KafkaComparison CHAIN = KafkaComparison.of(
                    millrace -> millrace.table(ORDERS, "orders")
                            .leftJoin(
                                    millrace.table(LEFT, "left")
                                            .outerJoin(millrace.table(RIGHT, "right"), TableJoinComparisonTest::join),
                                    TableJoinComparisonTest::join)
                            .toStream()
                            .to(OUTER),
                    kafka -> KafkaComparison.to(
                            OUTER,
                            KafkaComparison.table(kafka, ORDERS, "orders")
                                    .leftJoin(
                                            KafkaComparison.table(kafka, LEFT, "left")
                                                    .outerJoin(
                                                            KafkaComparison.table(kafka, RIGHT, "right"),
                                                            TableJoinComparisonTest::join),
                                            TableJoinComparisonTest::join)
                                    .toStream()))
            .writing(OUTER);

    @Provide
    Arbitrary<List<Fed>> input() {
        Arbitrary<Long> values = Arbitraries.longs().between(0, 9);
        return Inputs.lists(List.of(Inputs.records(LEFT, values), Inputs.records(RIGHT, values)));
    }

    @Provide
    Arbitrary<List<Fed>> inputWithOrders() {
        Arbitrary<Long> values = Arbitraries.longs().between(0, 9);
        return Inputs.lists(
                List.of(Inputs.records(LEFT, values), Inputs.records(RIGHT, values), Inputs.records(ORDERS, values)));
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void innerJoinsAreThoseOfKafkaStreams(@ForAll("input") List<Fed> input, @ForAll long seed) {
        INNER_JOIN.check(input);
        INNER_JOIN.checkWithCrashes(input, seed);
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void leftJoinsAreThoseOfKafkaStreams(@ForAll("input") List<Fed> input, @ForAll long seed) {
        LEFT_JOIN.check(input);
        LEFT_JOIN.checkWithCrashes(input, seed);
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void outerJoinsAreThoseOfKafkaStreams(@ForAll("input") List<Fed> input, @ForAll long seed) {
        OUTER_JOIN.check(input);
        OUTER_JOIN.checkWithCrashes(input, seed);
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void streamsFindTheRowsThatTheyFindInKafkaStreams(@ForAll("inputWithOrders") List<Fed> input, @ForAll long seed) {
        STREAM_JOIN.check(input);
        STREAM_JOIN.checkWithCrashes(input, seed);
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void joinsOfJoinsAreThoseOfKafkaStreams(@ForAll("inputWithOrders") List<Fed> input, @ForAll long seed) {
        CHAIN.check(input);
        CHAIN.checkWithCrashes(input, seed);
    }
}
