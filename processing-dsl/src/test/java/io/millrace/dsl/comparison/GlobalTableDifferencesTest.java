package io.millrace.dsl.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.errors.TopologyException;
import org.junit.jupiter.api.Test;

/** What stands of global tables in docs/kafka-streams-differences.md. */
class GlobalTableDifferencesTest {
    private static final Topic<String, Long> LEVELS = KafkaComparison.topic("levels", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUT = KafkaComparison.topic("out", Serdes.string(), Serdes.int64());

    @Test
    void theTopicMayBeAStreamToo() {
        KafkaComparison itself = KafkaComparison.of(
                        millrace -> millrace.stream(LEVELS)
                                .leftJoin(
                                        millrace.globalTable(LEVELS, "table"),
                                        (key, level) -> "other",
                                        (level, row) -> row == null ? -1L : row)
                                .withValueSerde(Serdes.int64())
                                .to(OUT),
                        kafka -> KafkaComparison.to(
                                OUT,
                                KafkaComparison.stream(kafka, LEVELS)
                                        .leftJoin(
                                                kafka.globalTable(LEVELS.name(), KafkaComparison.consumed(LEVELS)),
                                                (key, level) -> "other",
                                                (level, row) -> row == null ? -1L : row)))
                .writing(OUT);
        List<Fed> input = List.of(Fed.of(LEVELS, "one", 1L, 5), Fed.of(LEVELS, "two", 2L, 6));
        assertThat(itself.millrace(input))
                .isEqualTo(Map.of(
                        "out/one", List.of(new Written("out", "one", -1L, 5)),
                        "out/two", List.of(new Written("out", "two", -1L, 6))));
        assertThatThrownBy(() -> itself.kafka(input))
                .isInstanceOf(TopologyException.class)
                .hasMessageContaining("already been registered");
    }
}
