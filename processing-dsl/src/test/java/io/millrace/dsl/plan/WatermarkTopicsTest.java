package io.millrace.dsl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.TopicPattern;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Through which topics watermarks travel. */
class WatermarkTopicsTest {
    private static final Topic<String, Long> IN = Topic.of("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OTHER = Topic.of("other", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> THROUGH = Topic.of("through", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUT = Topic.of("out", Serdes.string(), Serdes.int64());

    private final Pipeline.Builder builder = Pipeline.named("app");

    private static void window(EventStream<String, Long> stream) {
        stream.groupByKey()
                .windowedBy(TimeWindows.tumbling(Duration.ofSeconds(1)))
                .count("counts");
    }

    private Map<String, Integer> found(int in, int other) {
        Topology topology = Planner.plan(builder.build());
        Map<String, Integer> counts = new HashMap<>(Map.of("in", in, "other", other, "through", 3, "out", 1));
        topology.topics()
                .forEach(topic -> topic.partitions().ifPresent(partitions -> counts.put(topic.name(), partitions)));
        return WatermarkTopics.of(topology, Planner.withRepartitionCounts(topology, counts));
    }

    @Test
    void eachTaskThatWritesATopicBehindWhichIsAWindowTellsThere() {
        window(builder.stream(IN)
                .repartition("a", 2)
                .filter((key, value) -> true)
                .repartition("b", 5));
        assertThat(found(4, 4)).isEqualTo(Map.of("app-a-repartition", 4, "app-b-repartition", 2));
    }

    @Test
    void whereNobodyAsksForEventTimeNothingIsTold() {
        builder.stream(IN)
                .groupBy("a", (key, value) -> "k", Serdes.string())
                .count("counts")
                .toStream()
                .groupBy("b", (key, value) -> "k", Serdes.string())
                .reduce("reduced", Long::sum)
                .toStream()
                .to(OUT);
        assertThat(found(4, 4)).isEmpty();
    }

    @Test
    void codeOfTheUsersMayAsk() {
        builder.stream(IN)
                .repartition("a")
                .<Long>processValues("asks", stores -> (key, value, context) -> context.emit(context.watermark()))
                .withSerdes(Serdes.string(), Serdes.int64())
                .to(OUT);
        assertThat(found(4, 4)).containsOnlyKeys("app-a-repartition");
    }

    @Test
    void aTopicThatLeadsBackToItsWriterTellsNothing() {
        EventStream<String, Long> in = builder.stream(IN);
        EventStream<String, Long> first = in.repartition("a", 4);
        window(in.merge(first.repartition("b", 4)));
        assertThat(found(4, 4)).isEmpty();
    }

    @Test
    void theTopicsOfAJoinByForeignKeyLeadBack() {
        builder.table(IN, "left")
                .join("by-value", builder.table(OTHER, "right"), (key, value) -> "k" + value, Long::sum, Serdes.int64())
                .toStream()
                .<Long>processValues("asks", stores -> (key, value, context) -> context.emit(context.watermark()))
                .withSerdes(Serdes.string(), Serdes.int64())
                .to(OUT);
        assertThat(found(4, 4)).isEmpty();
    }

    @Test
    void aTopicOfTheUsersTellsNothing() {
        window(builder.stream(IN).repartition(THROUGH));
        assertThat(found(4, 4)).isEmpty();
    }

    @Test
    void partitionsOfOneNumberThatMayBeReadInTwoPlacesTellNothing() {
        EventStream<String, Long> both = builder.stream(IN).merge(builder.stream(OTHER));
        window(both.repartition("a", 3));
        assertThat(found(4, 2)).isEmpty();
        assertThat(found(4, 4)).isEqualTo(Map.of("app-a-repartition", 4));
    }

    @Test
    void whereTopicsAreReadByAPatternNobodyKnowsTheWriters() {
        window(builder.stream(TopicPattern.of("in.*", Serdes.string(), Serdes.int64()))
                .repartition("a", 3));
        assertThat(found(4, 4)).isEmpty();
    }
}
