package io.millrace.dsl.comparison;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.GlobalTable;
import io.millrace.dsl.JoinWindows;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Table;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.GlobalKTable;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.jspecify.annotations.Nullable;

/** Joiners that see the key, in the joins in which Kafka Streams has them (KIP-149). */
class JoinersWithKeyComparisonTest {
    private static final Topic<String, Long> IN = numbers("in");
    private static final Topic<String, Long> ROWS = numbers("rows");
    private static final Topic<String, Long> PLAYERS = numbers("players");
    private static final Topic<String, String> TABLE = texts("table");
    private static final Topic<String, String> LEFT_TABLE = texts("left-table");
    private static final Topic<String, String> GLOBAL = texts("global");
    private static final Topic<String, String> LEFT_GLOBAL = texts("left-global");
    private static final Topic<String, String> STREAM = texts("stream");
    private static final Duration DAY = Duration.ofDays(1);

    private static final KafkaComparison PROGRAM = KafkaComparison.of(
                    JoinersWithKeyComparisonTest::millrace, JoinersWithKeyComparisonTest::kafka)
            .writing(TABLE, LEFT_TABLE, GLOBAL, LEFT_GLOBAL, STREAM);

    private static Topic<String, Long> numbers(String name) {
        return Topic.of(name, Serdes.string(), Serdes.int64()).withPartitions(1);
    }

    private static Topic<String, String> texts(String name) {
        return Topic.of(name, Serdes.string(), Serdes.string()).withPartitions(1);
    }

    private static String said(@Nullable String key, @Nullable Long left, @Nullable Long right) {
        return key + ": " + left + ", " + right;
    }

    /** The key of a row, which is another one than the record's. */
    private static @Nullable String player(@Nullable String key, @Nullable Long value) {
        return value == null || value == 9 ? null : "k" + value % 4;
    }

    private static void write(EventStream<String, String> stream, Topic<String, String> topic) {
        stream.withValueSerde(Serdes.string()).to(topic);
    }

    private static void millrace(Pipeline.Builder millrace) {
        EventStream<String, Long> in = millrace.stream(IN);
        Table<String, Long> rows = millrace.table(ROWS, "rows");
        write(in.join(rows, JoinersWithKeyComparisonTest::said), TABLE);
        write(in.leftJoin(rows, JoinersWithKeyComparisonTest::said), LEFT_TABLE);
        GlobalTable<String, Long> players = millrace.globalTable(PLAYERS, "players");
        write(in.join(players, JoinersWithKeyComparisonTest::player, JoinersWithKeyComparisonTest::said), GLOBAL);
        write(
                in.leftJoin(players, JoinersWithKeyComparisonTest::player, JoinersWithKeyComparisonTest::said),
                LEFT_GLOBAL);
        JoinWindows windows = JoinWindows.ofTimeDifference(DAY).withGrace(DAY);
        write(in.join("join", millrace.stream(ROWS), JoinersWithKeyComparisonTest::said, windows), STREAM);
    }

    private static void kafka(StreamsBuilder kafka) {
        KStream<String, Long> in = KafkaComparison.stream(kafka, IN);
        KTable<String, Long> rows = KafkaComparison.table(kafka, ROWS, "rows");
        KafkaComparison.to(TABLE, in.join(rows, JoinersWithKeyComparisonTest::said));
        KafkaComparison.to(LEFT_TABLE, in.leftJoin(rows, JoinersWithKeyComparisonTest::said));
        GlobalKTable<String, Long> players = kafka.globalTable(
                PLAYERS.name(), KafkaComparison.consumed(PLAYERS), KafkaComparison.store("players", PLAYERS));
        KafkaComparison.to(
                GLOBAL, in.join(players, JoinersWithKeyComparisonTest::player, JoinersWithKeyComparisonTest::said));
        KafkaComparison.to(
                LEFT_GLOBAL,
                in.leftJoin(players, JoinersWithKeyComparisonTest::player, JoinersWithKeyComparisonTest::said));
        KafkaComparison.to(
                STREAM,
                in.join(
                        rows.toStream(),
                        JoinersWithKeyComparisonTest::said,
                        org.apache.kafka.streams.kstream.JoinWindows.ofTimeDifferenceAndGrace(DAY, DAY),
                        StreamJoined.with(
                                KafkaComparison.serde(IN.keySerde()),
                                KafkaComparison.serde(IN.valueSerde()),
                                KafkaComparison.serde(IN.valueSerde()))));
    }

    @Provide
    Arbitrary<List<Fed>> input() {
        Arbitrary<Long> values = Arbitraries.longs().between(0, 9);
        return Inputs.lists(
                List.of(Inputs.records(IN, values), Inputs.records(ROWS, values), Inputs.records(PLAYERS, values)));
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void joinersAreGivenTheKeysThatKafkaStreamsGives(@ForAll("input") List<Fed> input) {
        PROGRAM.check(input);
    }

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE)
    void theyAreWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        PROGRAM.checkWithCrashes(input, seed);
    }
}
