package io.millrace.dsl.comparison;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Table;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KTable;
import org.jspecify.annotations.Nullable;

/** Versioned tables: what is made of them, what streams find in them, and joins that wait for their changes. */
class VersionedTableComparisonTest {
    /** Longer than all input, so that nothing is too old in any partition. */
    private static final Duration LONG = Duration.ofMillis(2_000);

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration GRACE = Duration.ofMillis(150);

    private static final Topic<String, Long> TABLE = topic("table");
    private static final Topic<String, Long> OTHER = topic("other");
    private static final Topic<String, Long> ORDERS = topic("orders");
    private static final Topic<String, Long> CHANGES = topic("changes");
    private static final Topic<String, Long> EVEN = topic("even");
    private static final Topic<String, Long> KEPT = topic("kept");
    private static final Topic<String, Long> VERSIONS = topic("versions");
    private static final Topic<String, Long> SUMS = topic("sums");
    private static final Topic<String, Long> INNER = topic("inner");
    private static final Topic<String, Long> LEFT = topic("left");
    private static final Topic<String, Long> OUTER = topic("outer");
    private static final List<Topic<String, Long>> OUTPUTS = List.of(CHANGES, EVEN, KEPT, VERSIONS, SUMS);

    private static Topic<String, Long> topic(String name) {
        return KafkaComparison.topic(name, Serdes.string(), Serdes.int64());
    }

    private static Long join(@Nullable Long left, @Nullable Long right) {
        return (left == null ? 90L : left) * 100 + (right == null ? 90L : right);
    }

    /** What is computed of a table's rows, kept with and without a history, and grouped. */
    private static void derive(Table<String, Long> table, Duration history) {
        table.toStream().to(CHANGES);
        Table<String, Long> even = table.filter((key, value) -> value % 2 == 0);
        even.toStream().to(EVEN);
        even.materialize("kept").toStream().to(KEPT);
        Table<String, Long> versions = even.mapValues(value -> value + 1)
                .withValueSerde(Serdes.int64())
                .materialize("versions", history);
        versions.filterNot((key, value) -> value == 3).toStream().to(VERSIONS);
        versions.groupBy("by-rest", (key, value) -> "g" + value % 3, Serdes.string())
                .reduce("sums", Long::sum, (sum, value) -> sum - value)
                .toStream()
                .to(SUMS);
    }

    private static void derive(KTable<String, Long> table, Duration history) {
        KafkaComparison.to(CHANGES, table.toStream());
        KTable<String, Long> even = table.filter((key, value) -> value % 2 == 0);
        KafkaComparison.to(EVEN, even.toStream());
        KafkaComparison.to(
                KEPT,
                even.filter((key, value) -> true, KafkaComparison.store("kept", KEPT))
                        .toStream());
        KTable<String, Long> versions =
                even.mapValues(value -> value + 1, KafkaComparison.store("versions", VERSIONS, history));
        KafkaComparison.to(
                VERSIONS, versions.filterNot((key, value) -> value == 3).toStream());
        KafkaComparison.to(
                SUMS,
                versions.groupBy((key, value) -> KeyValue.pair("g" + value % 3, value), KafkaComparison.grouped(SUMS))
                        .reduce(Long::sum, (sum, value) -> sum - value, KafkaComparison.store("sums", SUMS))
                        .toStream());
    }

    private static final KafkaComparison DERIVED = KafkaComparison.of(
                    millrace -> derive(millrace.table(TABLE, "table", LONG), LONG),
                    kafka -> derive(KafkaComparison.table(kafka, TABLE, "table", LONG), LONG))
            .writing(OUTPUTS.toArray(new Topic<?, ?>[0]));

    private static final KafkaComparison OF_SHORT_HISTORY = KafkaComparison.of(
                    millrace -> derive(millrace.table(TABLE.withPartitions(1), "table", SHORT), SHORT),
                    kafka -> derive(KafkaComparison.table(kafka, TABLE, "table", SHORT), SHORT))
            .writing(OUTPUTS.toArray(new Topic<?, ?>[0]));

    // --- joins of tables

    private static void joinTables(Pipeline.Builder millrace, boolean areBoth) {
        Table<String, Long> left = millrace.table(TABLE, "table", LONG);
        Table<String, Long> right = areBoth ? millrace.table(OTHER, "other", LONG) : millrace.table(OTHER, "other");
        left.join(right, VersionedTableComparisonTest::join).toStream().to(INNER);
        left.leftJoin(right.filter((key, value) -> value != 5), VersionedTableComparisonTest::join)
                .withValueSerde(Serdes.int64())
                .materialize("left-versions", LONG)
                .toStream()
                .to(LEFT);
        right.outerJoin(left, VersionedTableComparisonTest::join).toStream().to(OUTER);
    }

    private static void joinTables(StreamsBuilder kafka, boolean areBoth) {
        KTable<String, Long> left = KafkaComparison.table(kafka, TABLE, "table", LONG);
        KTable<String, Long> right = areBoth
                ? KafkaComparison.table(kafka, OTHER, "other", LONG)
                : KafkaComparison.table(kafka, OTHER, "other");
        KafkaComparison.to(
                INNER, left.join(right, VersionedTableComparisonTest::join).toStream());
        KafkaComparison.to(
                LEFT,
                left.leftJoin(
                                right.filter((key, value) -> value != 5),
                                VersionedTableComparisonTest::join,
                                KafkaComparison.store("left-versions", LEFT, LONG))
                        .toStream());
        KafkaComparison.to(
                OUTER, right.outerJoin(left, VersionedTableComparisonTest::join).toStream());
    }

    private static final KafkaComparison ONE_VERSIONED = KafkaComparison.of(
                    millrace -> joinTables(millrace, false), kafka -> joinTables(kafka, false))
            .writing(INNER, LEFT, OUTER);

    private static final KafkaComparison BOTH_VERSIONED = KafkaComparison.of(
                    millrace -> joinTables(millrace, true), kafka -> joinTables(kafka, true))
            .writing(INNER, LEFT, OUTER);

    private static String foreignKey(Long value) {
        return "k" + value % 4;
    }

    private static final KafkaComparison FOREIGN_KEY = KafkaComparison.of(
                    millrace -> {
                        Table<String, Long> left = millrace.table(TABLE, "table", LONG);
                        Table<String, Long> right = millrace.table(OTHER, "other", LONG);
                        left.join(
                                        "inner",
                                        right,
                                        (key, value) -> foreignKey(value),
                                        VersionedTableComparisonTest::join,
                                        Serdes.int64())
                                .toStream()
                                .to(INNER);
                        left.leftJoin(
                                        "left",
                                        right,
                                        (key, value) -> foreignKey(value),
                                        VersionedTableComparisonTest::join,
                                        Serdes.int64())
                                .toStream()
                                .to(LEFT);
                    },
                    kafka -> {
                        KTable<String, Long> left = KafkaComparison.table(kafka, TABLE, "table", LONG);
                        KTable<String, Long> right = KafkaComparison.table(kafka, OTHER, "other", LONG);
                        KTable<String, Long> inner = left.join(
                                right,
                                VersionedTableComparisonTest::foreignKey,
                                VersionedTableComparisonTest::join,
                                KafkaComparison.store("inner", INNER));
                        KafkaComparison.to(INNER, inner.toStream());
                        KTable<String, Long> outer = left.leftJoin(
                                right,
                                VersionedTableComparisonTest::foreignKey,
                                VersionedTableComparisonTest::join,
                                KafkaComparison.store("left", LEFT));
                        KafkaComparison.to(LEFT, outer.toStream());
                    })
            .writing(INNER, LEFT)
            .withoutTombstonesOfNothing(INNER);

    // --- streams that look what was

    private static KafkaComparison streamJoin(Topic<String, Long> table, Topic<String, Long> orders, Duration history) {
        return KafkaComparison.of(
                        millrace -> {
                            Table<String, Long> rows = millrace.table(table, "table", history);
                            var stream = millrace.stream(orders);
                            stream.join(rows, VersionedTableComparisonTest::join)
                                    .to(INNER);
                            stream.leftJoin(
                                            rows.filter((key, value) -> value != 5)
                                                    .mapValues(value -> value + 1),
                                            VersionedTableComparisonTest::join)
                                    .to(LEFT);
                            stream.leftJoin(
                                            rows.filter((key, value) -> value != 4)
                                                    .materialize("versions", history),
                                            VersionedTableComparisonTest::join)
                                    .to(OUTER);
                        },
                        kafka -> {
                            KTable<String, Long> rows = KafkaComparison.table(kafka, table, "table", history);
                            var stream = KafkaComparison.stream(kafka, orders);
                            KafkaComparison.to(INNER, stream.join(rows, VersionedTableComparisonTest::join));
                            KafkaComparison.to(
                                    LEFT,
                                    stream.leftJoin(
                                            rows.filter((key, value) -> value != 5)
                                                    .mapValues(value -> value + 1),
                                            VersionedTableComparisonTest::join));
                            KafkaComparison.to(
                                    OUTER,
                                    stream.leftJoin(
                                            rows.filter(
                                                    (key, value) -> value != 4,
                                                    KafkaComparison.store("versions", OUTER, history)),
                                            VersionedTableComparisonTest::join));
                        })
                .writing(INNER, LEFT, OUTER);
    }

    private static final KafkaComparison STREAM_JOIN = streamJoin(TABLE, ORDERS, LONG);
    private static final KafkaComparison STREAM_JOIN_OF_SHORT_HISTORY =
            streamJoin(TABLE.withPartitions(1), ORDERS.withPartitions(1), SHORT);

    private static final KafkaComparison GRACE_JOIN = KafkaComparison.of(
                    millrace -> {
                        Table<String, Long> rows = millrace.table(TABLE.withPartitions(1), "table", LONG);
                        var stream = millrace.stream(ORDERS.withPartitions(1));
                        stream.join("inner", rows, VersionedTableComparisonTest::join, GRACE)
                                .to(INNER);
                        stream.leftJoin(
                                        "left",
                                        rows.filter((key, value) -> value != 5),
                                        VersionedTableComparisonTest::join,
                                        GRACE)
                                .to(LEFT);
                        stream.leftJoin("at-once", rows, VersionedTableComparisonTest::join, Duration.ZERO)
                                .to(OUTER);
                    },
                    kafka -> {
                        KTable<String, Long> rows = KafkaComparison.table(kafka, TABLE, "table", LONG);
                        var stream = KafkaComparison.stream(kafka, ORDERS);
                        KafkaComparison.to(
                                INNER, stream.join(rows, VersionedTableComparisonTest::join, joined("inner", GRACE)));
                        KafkaComparison.to(
                                LEFT,
                                stream.leftJoin(
                                        rows.filter((key, value) -> value != 5),
                                        VersionedTableComparisonTest::join,
                                        joined("left", GRACE)));
                        KafkaComparison.to(
                                OUTER,
                                stream.leftJoin(
                                        rows, VersionedTableComparisonTest::join, joined("at-once", Duration.ZERO)));
                    })
            .writing(INNER, LEFT, OUTER);

    private static Joined<String, Long, Long> joined(String name, Duration grace) {
        return Joined.<String, Long, Long>as(name).withGracePeriod(grace);
    }

    // --- inputs

    private static Arbitrary<Fed> records(Topic<String, Long> topic) {
        return Inputs.records(topic, Arbitraries.longs().between(0, 9));
    }

    @Provide
    Arbitrary<List<Fed>> ofTable() {
        return Inputs.lists(records(TABLE));
    }

    @Provide
    Arbitrary<List<Fed>> ofTables() {
        return Inputs.lists(List.of(records(TABLE), records(OTHER)));
    }

    @Provide
    Arbitrary<List<Fed>> ofTableAndOrders() {
        return Inputs.lists(List.of(records(TABLE), records(ORDERS)));
    }

    /** The watermark is where the table is, as Kafka Streams' stores take it: the orders are as far. */
    @Provide
    Arbitrary<List<Fed>> ofTableWithOrdersAsFar() {
        return ofTableAndOrders().map(input -> {
            List<Fed> withTicks = new ArrayList<>();
            for (Fed fed : input) {
                withTicks.add(fed);
                if (fed.topic().equals(TABLE)) {
                    withTicks.add(Fed.of(ORDERS, "tick", 1L, fed.timestamp()));
                }
            }
            return withTicks;
        });
    }

    /** The watermark is where the orders are, as Kafka Streams' join takes it: the table is as far. Orders have a key and a value, else they move no time there. */
    @Provide
    Arbitrary<List<Fed>> ofOrdersWithTableAsFar() {
        Arbitrary<Fed> orders = Combinators.combine(
                        Arbitraries.of("k0", "k1", "k2", "k3"),
                        Arbitraries.longs().between(0, 9),
                        Arbitraries.longs().between(0, 1000))
                .as((key, value, timestamp) -> Fed.of(ORDERS, key, value, timestamp));
        return Inputs.lists(List.of(records(TABLE), orders)).map(input -> {
            List<Fed> withTicks = new ArrayList<>();
            for (Fed fed : input) {
                if (fed.topic().equals(ORDERS)) {
                    withTicks.add(Fed.of(TABLE, "tick", 1L, fed.timestamp()));
                }
                withTicks.add(fed);
            }
            return withTicks;
        });
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void whatIsMadeOfAVersionedTableIsThatOfKafkaStreams(@ForAll("ofTable") List<Fed> input, @ForAll long seed) {
        DERIVED.check(input);
        DERIVED.checkWithCrashes(input, seed);
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void whatIsOlderThanTheHistoryIsThatOfKafkaStreams(@ForAll("ofTable") List<Fed> input, @ForAll long seed) {
        OF_SHORT_HISTORY.check(input);
        OF_SHORT_HISTORY.checkWithCrashes(input, seed);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void joinsWithATableWithoutHistoryAreThoseOfKafkaStreams(@ForAll("ofTables") List<Fed> input, @ForAll long seed) {
        ONE_VERSIONED.check(input);
        ONE_VERSIONED.checkWithCrashes(input, seed);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void joinsOfVersionedTablesAreThoseOfKafkaStreams(@ForAll("ofTables") List<Fed> input, @ForAll long seed) {
        BOTH_VERSIONED.check(input);
        BOTH_VERSIONED.checkWithCrashes(input, seed);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void joinsByForeignKeyAreThoseOfKafkaStreams(@ForAll("ofTables") List<Fed> input) {
        FOREIGN_KEY.check(input);
    }

    /** A row's change of the past refers to the same key, or to another one, and changes nothing of whom the row refers to. */
    @Example
    void aRowRefersToWhatItRefersToNow() {
        for (long past : new long[] {1, 5, 2}) {
            FOREIGN_KEY.check(List.of(
                    Fed.of(OTHER, "k1", 7L, 10),
                    Fed.of(TABLE, "a", 9L, 100),
                    Fed.of(TABLE, "a", past, 50),
                    Fed.of(OTHER, "k1", 8L, 20),
                    Fed.of(OTHER, "k2", 3L, 30),
                    Fed.of(OTHER, "k1", 4L, 15)));
        }
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void streamsFindTheRowsOfTheirTimeAsInKafkaStreams(@ForAll("ofTableAndOrders") List<Fed> input, @ForAll long seed) {
        STREAM_JOIN.check(input);
        STREAM_JOIN.checkWithCrashes(input, seed);
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void whatIsOlderThanTheHistoryIsNotFoundAsInKafkaStreams(@ForAll("ofTableWithOrdersAsFar") List<Fed> input) {
        STREAM_JOIN_OF_SHORT_HISTORY.check(input);
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void joinsThatWaitAreThoseOfKafkaStreams(@ForAll("ofOrdersWithTableAsFar") List<Fed> input) {
        GRACE_JOIN.withoutHeaders().check(input);
    }
}
