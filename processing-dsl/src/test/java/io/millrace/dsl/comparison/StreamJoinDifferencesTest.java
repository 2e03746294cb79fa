package io.millrace.dsl.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.JoinWindows;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.junit.jupiter.api.Test;

/** What stands of joins of streams in docs/kafka-streams-differences.md. */
class StreamJoinDifferencesTest {
    private static final Topic<String, String> IN = topic("in");
    private static final Topic<String, String> OUT = topic("out");
    private static final Topic<String, String> LATE = topic("late");

    private static Topic<String, String> topic(String name) {
        return Topic.of(name, Serdes.string(), Serdes.string()).withPartitions(1);
    }

    private static KafkaComparison leftJoin(long millis, long graceMillis) {
        Duration difference = Duration.ofMillis(millis);
        Duration grace = Duration.ofMillis(graceMillis);
        return KafkaComparison.of(
                        millrace -> {
                            var stream = millrace.stream(IN);
                            var joined = stream.filter((key, value) -> value.startsWith("L"))
                                    .leftJoin(
                                            "joined",
                                            stream.filter((key, value) -> value.startsWith("R")),
                                            JoinFold::joined,
                                            JoinWindows.ofTimeDifference(difference)
                                                    .withGrace(grace));
                            joined.withValueSerde(Serdes.string()).to(OUT);
                            joined.lateLeft().merge(joined.lateRight()).to(LATE);
                        },
                        kafka -> {
                            var stream = KafkaComparison.stream(kafka, IN);
                            var serde = KafkaComparison.serde(Serdes.string());
                            KafkaComparison.to(
                                    OUT,
                                    stream.filter((key, value) -> value.startsWith("L"))
                                            .leftJoin(
                                                    stream.filter((key, value) -> value.startsWith("R")),
                                                    JoinFold::joined,
                                                    org.apache.kafka.streams.kstream.JoinWindows
                                                            .ofTimeDifferenceAndGrace(difference, grace),
                                                    StreamJoined.with(serde, serde, serde)));
                        })
                .writing(OUT, LATE);
    }

    private static Fed record(String key, String value, long time) {
        return Fed.of(IN, key, value, time);
    }

    @Test
    void aRecordOutOfOrderWaitsForItsGraceToo() {
        List<Fed> input = List.of(record("b", "L0", 50), record("a", "L1", 10), record("a", "R2", 12));
        assertThat(leftJoin(5, 100).millrace(input))
                .isEqualTo(Map.of("out/a", List.of(new Written("out", "a", "L1+R2", 12))));
        assertThat(leftJoin(5, 100).kafka(input))
                .isEqualTo(Map.of(
                        "out/a",
                        List.of(new Written("out", "a", "L1+null", 10), new Written("out", "a", "L1+R2", 12))));
    }

    @Test
    void aRecordThatIsLateMeetsNoneAndIsTold() {
        List<Fed> input = List.of(record("a", "L0", 100), record("b", "L1", 105), record("a", "R2", 94));
        assertThat(leftJoin(10, 0).millrace(input))
                .isEqualTo(Map.of("late/a", List.of(new Written("late", "a", "R2", 94))));
        assertThat(leftJoin(10, 0).kafka(input))
                .isEqualTo(Map.of("out/a", List.of(new Written("out", "a", "L0+R2", 100))));
    }

    @Test
    void recordsOfOneMomentMeetWithoutAnyGrace() {
        List<Fed> input = List.of(record("a", "L0", 7), record("a", "R1", 7), record("b", "L2", 8));
        assertThat(leftJoin(0, 0).millrace(input))
                .isEqualTo(Map.of("out/a", List.of(new Written("out", "a", "L0+R1", 7))));
        assertThat(leftJoin(0, 0).kafka(input))
                .isEqualTo(Map.of("out/a", List.of(new Written("out", "a", "L0+null", 7))));
    }

    @Test
    void aRecordsOwnPairsComeBeforeWhatItCloses() {
        List<Fed> input = List.of(record("a", "L0", 1), record("a", "R1", 9), record("a", "L2", 10));
        Written pair = new Written("out", "a", "L2+R1", 10);
        Written alone = new Written("out", "a", "L0+null", 1);
        assertThat(leftJoin(5, 3).millrace(input)).isEqualTo(Map.of("out/a", List.of(pair, alone)));
        assertThat(leftJoin(5, 3).kafka(input)).isEqualTo(Map.of("out/a", List.of(alone, pair)));
    }
}
