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
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.GlobalKTable;
import org.jspecify.annotations.Nullable;

/** Joins of a stream with a global table, by keys that are made of the records. */
class GlobalTableComparisonTest {
    private static final Topic<String, Long> PLAYERS =
            KafkaComparison.topic("players", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> SCORES = KafkaComparison.topic("scores", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> INNER = KafkaComparison.topic("inner", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> LEFT = KafkaComparison.topic("left", Serdes.string(), Serdes.int64());

    /** Of a key that may be missing; none for some records. */
    private static @Nullable String player(@Nullable String key, @Nullable Long score) {
        if (score == null || score == 9) {
            return null;
        }
        return key == null ? "k0" : "k" + score % 4;
    }

    private static Long join(Long score, @Nullable Long level) {
        return score * 100 + (level == null ? 90 : level);
    }

    private static GlobalKTable<String, Long> players(StreamsBuilder kafka) {
        return kafka.globalTable(
                PLAYERS.name(), KafkaComparison.consumed(PLAYERS), KafkaComparison.store("players", PLAYERS));
    }

    private static final KafkaComparison JOINS = KafkaComparison.of(
                    millrace -> {
                        var players = millrace.globalTable(PLAYERS, "players");
                        var scores = millrace.stream(SCORES);
                        scores.join(players, GlobalTableComparisonTest::player, GlobalTableComparisonTest::join)
                                .withValueSerde(Serdes.int64())
                                .to(INNER);
                        scores.leftJoin(players, GlobalTableComparisonTest::player, GlobalTableComparisonTest::join)
                                .withValueSerde(Serdes.int64())
                                .to(LEFT);
                    },
                    kafka -> {
                        var players = players(kafka);
                        var scores = KafkaComparison.stream(kafka, SCORES);
                        KafkaComparison.to(
                                INNER,
                                scores.join(
                                        players, GlobalTableComparisonTest::player, GlobalTableComparisonTest::join));
                        KafkaComparison.to(
                                LEFT,
                                scores.leftJoin(
                                        players, GlobalTableComparisonTest::player, GlobalTableComparisonTest::join));
                    })
            .writing(INNER, LEFT);

    @Provide
    Arbitrary<List<Fed>> input() {
        Arbitrary<Long> values = Arbitraries.longs().between(0, 9);
        return Inputs.lists(List.of(Inputs.records(PLAYERS, values), Inputs.records(SCORES, values)));
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void joinsWithAGlobalTableAreThoseOfKafkaStreams(@ForAll("input") List<Fed> input, @ForAll long seed) {
        JOINS.check(input);
        JOINS.checkWithCrashes(input, seed);
    }
}
