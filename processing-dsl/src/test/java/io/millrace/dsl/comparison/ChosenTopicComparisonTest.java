package io.millrace.dsl.comparison;

import io.millrace.dsl.RecordOrigin;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.RecordContext;
import org.jspecify.annotations.Nullable;

/** Topics that are chosen by where a record comes from, also behind a repartition; in one partition, because of the offsets. */
class ChosenTopicComparisonTest {
    private static final Topic<String, Long> IN = one("in");
    private static final Topic<String, Long> MORE = one("more");
    private static final Topic<String, Long> FIRST = KafkaComparison.topic("first", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> SECOND = KafkaComparison.topic("second", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> THIRD = KafkaComparison.topic("third", Serdes.string(), Serdes.int64());
    private static final List<Topic<String, Long>> OUT = List.of(FIRST, SECOND, THIRD);

    private static final KafkaComparison AT_ONCE = KafkaComparison.of(
                    millrace -> millrace.stream(IN)
                            .merge(millrace.stream(MORE))
                            .to(
                                    ChosenTopicComparisonTest::chosen,
                                    OUT,
                                    (key, value, partitions) -> key == null ? 0 : 1),
                    kafka -> KafkaComparison.stream(kafka, IN)
                            .merge(KafkaComparison.stream(kafka, MORE))
                            .to(
                                    ChosenTopicComparisonTest::chosenByKafka,
                                    produced()
                                            .withStreamPartitioner((topic, key, value, partitions) ->
                                                    Optional.of(Set.of(key == null ? 0 : 1)))))
            .writing(FIRST, SECOND, THIRD);

    private static final KafkaComparison BEHIND_A_REPARTITION = KafkaComparison.of(
                    millrace -> millrace.stream(IN)
                            .filter((key, value) -> key != null)
                            .repartition("again", 1, (key, value, partitions) -> 0)
                            .to((key, value, origin) -> OUT.get((int) (origin.timestamp() % 3)), OUT),
                    // Kafka Streams repartitions no record without a key.
                    kafka -> KafkaComparison.stream(kafka, IN)
                            .repartition(Repartitioned.<String, Long>as("again")
                                    .withKeySerde(KafkaComparison.serde(IN.keySerde()))
                                    .withValueSerde(KafkaComparison.serde(IN.valueSerde()))
                                    .withStreamPartitioner((topic, key, value, partitions) -> Optional.of(Set.of(0)))
                                    .withNumberOfPartitions(1))
                            .to(
                                    (key, value, context) -> OUT.get((int) (context.timestamp() % 3))
                                            .name(),
                                    produced()))
            .writing(FIRST, SECOND, THIRD);

    private static Topic<String, Long> one(String name) {
        return Topic.of(name, Serdes.string(), Serdes.int64()).withPartitions(1);
    }

    private static Produced<String, Long> produced() {
        return Produced.with(KafkaComparison.serde(IN.keySerde()), KafkaComparison.serde(IN.valueSerde()));
    }

    private static Topic<String, Long> chosen(@Nullable String key, @Nullable Long value, RecordOrigin origin) {
        return chosen(
                !origin.headers().isEmpty(),
                origin.topicPartition().topic(),
                origin.offset(),
                origin.timestamp(),
                value);
    }

    private static String chosenByKafka(@Nullable String key, @Nullable Long value, RecordContext context) {
        return chosen(
                        context.headers().iterator().hasNext(),
                        context.topic(),
                        context.offset(),
                        context.timestamp(),
                        value)
                .name();
    }

    private static Topic<String, Long> chosen(
            boolean hasHeaders, String topic, long offset, long timestamp, @Nullable Long value) {
        if (!hasHeaders) {
            return topic.equals(IN.name()) ? FIRST : SECOND;
        }
        if (value == null) {
            return timestamp > 500 ? SECOND : THIRD;
        }
        return OUT.get((int) ((offset + value) % 3));
    }

    @Provide
    Arbitrary<List<Fed>> input() {
        Arbitrary<Long> values = Arbitraries.longs().between(0, 9);
        return Inputs.lists(List.of(Inputs.records(IN, values), Inputs.records(MORE, values)));
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void theTopicsAreThoseThatKafkaStreamsChooses(@ForAll("input") List<Fed> input) {
        AT_ONCE.check(input);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void theyAreWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        AT_ONCE.checkWithCrashes(input, seed);
    }

    @Provide
    Arbitrary<List<Fed>> oneInput() {
        return Inputs.lists(Inputs.records(IN, Arbitraries.longs().between(0, 9)));
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void theyAreBehindARepartition(@ForAll("oneInput") List<Fed> input, @ForAll long seed) {
        BEHIND_A_REPARTITION.check(input);
        BEHIND_A_REPARTITION.checkWithCrashes(input, seed);
    }
}
