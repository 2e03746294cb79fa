package io.millrace.dsl.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What stands in docs/kafka-streams-differences.md. */
class DifferencesTest {
    private static final Topic<String, Long> IN = KafkaComparison.topic("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUT = KafkaComparison.topic("out", Serdes.string(), Serdes.int64());

    @Test
    void theFirstValueOfAKeyHadNoneBefore() {
        KafkaComparison sumOfSums = KafkaComparison.of(
                        millrace -> millrace.stream(IN)
                                .groupByKey()
                                .aggregate("sums", () -> 100L, (key, value, sum) -> sum + value, Serdes.int64())
                                .groupBy("all", (key, sum) -> "all", Serdes.string())
                                .reduce("total", Long::sum, (total, sum) -> total - sum)
                                .toStream()
                                .to(OUT),
                        kafka -> KafkaComparison.to(
                                OUT,
                                KafkaComparison.stream(kafka, IN)
                                        .groupByKey(KafkaComparison.grouped(IN))
                                        .aggregate(
                                                () -> 100L,
                                                (key, value, sum) -> sum + value,
                                                KafkaComparison.store("sums", IN))
                                        .groupBy((key, sum) -> KeyValue.pair("all", sum), KafkaComparison.grouped(IN))
                                        .reduce(
                                                Long::sum,
                                                (total, sum) -> total - sum,
                                                KafkaComparison.store("total", OUT))
                                        .toStream()))
                .writing(OUT);
        List<Fed> input = List.of(Fed.of(IN, "a", 1L, 0), Fed.of(IN, "b", 2L, 1));
        assertThat(sumOfSums.millrace(input))
                .isEqualTo(Map.of(
                        "out/all", List.of(new Written("out", "all", 101L, 0), new Written("out", "all", 203L, 1))));
        assertThat(sumOfSums.kafka(input))
                .isEqualTo(Map.of(
                        "out/all", List.of(new Written("out", "all", 101L, 0), new Written("out", "all", 103L, 1))));
    }

    @Test
    void aJoinOfATableWithItselfComesOutEvenOnceItIsKept() {
        KafkaComparison total = KafkaComparison.of(
                        millrace -> {
                            var table = millrace.table(IN, "table");
                            table.join(table.mapValues(value -> value * 10), Long::sum)
                                    .materialize("joined", Serdes.int64())
                                    .groupBy("all", (key, sum) -> "all", Serdes.string())
                                    .reduce("total", Long::sum, (sum, value) -> sum - value)
                                    .toStream()
                                    .to(OUT);
                        },
                        kafka -> {
                            var table = KafkaComparison.table(kafka, IN, "table");
                            KafkaComparison.to(
                                    OUT,
                                    table.join(
                                                    table.mapValues(value -> value * 10),
                                                    Long::sum,
                                                    KafkaComparison.store("joined", IN))
                                            .groupBy(
                                                    (key, sum) -> KeyValue.pair("all", sum),
                                                    KafkaComparison.grouped(IN))
                                            .reduce(
                                                    Long::sum,
                                                    (sum, value) -> sum - value,
                                                    KafkaComparison.store("total", OUT))
                                            .toStream());
                        })
                .writing(OUT);
        List<Fed> input = List.of(Fed.of(IN, "a", 1L, 0), Fed.of(IN, "a", 2L, 1));
        assertThat(last(total.millrace(input))).isEqualTo(22L);
        assertThat(last(total.kafka(input))).isNotEqualTo(22L);
    }

    @Test
    void aRowThatGoesLeavesAnInnerJoinOfItsTableWithItself() {
        KafkaComparison joined = KafkaComparison.of(
                        millrace -> {
                            var table = millrace.table(IN, "table");
                            table.join(table, Long::sum)
                                    .toStream()
                                    .withValueSerde(Serdes.int64())
                                    .to(OUT);
                        },
                        kafka -> {
                            var table = KafkaComparison.table(kafka, IN, "table");
                            KafkaComparison.to(
                                    OUT,
                                    table.join(table, Long::sum, KafkaComparison.store("joined", IN))
                                            .toStream());
                        })
                .writing(OUT);
        List<Fed> input = List.of(Fed.of(IN, "all", 1L, 0), Fed.of(IN, "all", null, 1));
        assertThat(last(joined.millrace(input))).isNull();
        assertThat(last(joined.kafka(input))).isEqualTo(2L);
    }

    private static @Nullable Object last(Map<String, List<Written>> written) {
        List<Written> all = written.getOrDefault("out/all", List.of());
        return all.get(all.size() - 1).value();
    }
}
