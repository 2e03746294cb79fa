package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.Application;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.SplitStream;
import io.millrace.dsl.Topic;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.StoreSpec;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each step without state does with records, in a running application. */
class LanguageTest {
    private static final Topic<String, String> IN =
            Topic.of("in", Serdes.string(), Serdes.string()).withPartitions(1);
    private static final Topic<String, String> OUT =
            Topic.of("out", Serdes.string(), Serdes.string()).withPartitions(1);
    private static final Topic<String, String> OTHER =
            Topic.of("other", Serdes.string(), Serdes.string()).withPartitions(3);

    private final Simulation simulation = new Simulation(11);
    private final Pipeline.Builder builder = Pipeline.named("language");
    private final EventStream<String, String> in = builder.stream(IN);

    @BeforeEach
    void createTheInput() {
        simulation.log().admin().createTopic(IN.name(), 1, IN.settings());
    }

    @Test
    void aBranchTakesWhatNoneBeforeItTakes() {
        SplitStream<String, String> split = in.split("by-length");
        split.branch("short", (key, value) -> value.length() < 3).to(OUT);
        split.branch("has-x", (key, value) -> value.contains("x")).to(OTHER, (key, value, partitions) -> 1);
        split.otherwise("rest").to(OTHER, (key, value, partitions) -> 2);
        send("a", "x", "b", "xxxx", "c", "long", "d", "");
        run();
        assertThat(texts(OUT, 0)).containsExactly("a=x", "d=");
        assertThat(texts(OTHER, 1)).containsExactly("b=xxxx");
        assertThat(texts(OTHER, 2)).containsExactly("c=long");
        assertThat(texts(OTHER, 0)).isEmpty();
    }

    @Test
    void whatNoBranchTakesIsDroppedWithoutOtherwise() {
        in.split("some").branch("short", (key, value) -> value.length() < 3).to(OUT);
        send("a", "x", "b", "xxxx");
        run();
        assertThat(texts(OUT, 0)).containsExactly("a=x");
    }

    @Test
    void aBranchBehindOtherwiseIsRefused() {
        SplitStream<String, String> split = in.split("some");
        split.otherwise("rest").to(OUT);
        assertThatThrownBy(() -> split.branch("late", (key, value) -> true))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("put it before");
    }

    @Test
    void valuesBecomeManyAndKeepTheirKey() {
        in.filterNot((key, value) -> value.isEmpty())
                .flatMapValues(value -> List.of(value.split(" ")))
                .to(OUT);
        send("a", "to be or", "b", "", "c", "not");
        run();
        assertThat(texts(OUT, 0)).containsExactly("a=to", "a=be", "a=or", "c=not");
    }

    @Test
    void recordsMayLackKeyAndValueAndArriveSo() {
        in.filter((key, value) -> !"no".equals(value)).to(OUT);
        send(null, "x", "b", null, null, null, "c", "no");
        run();
        assertThat(texts(OUT, 0)).containsExactly("null=x", "b=null", "null=null");
    }

    @Test
    void theTopicOfARecordIsChosen() {
        in.to((key, value, origin) -> value.isEmpty() ? OTHER : OUT, List.of(OUT, OTHER));
        send("a", "x", "b", "");
        run();
        assertThat(texts(OUT, 0)).containsExactly("a=x");
        assertThat(all(OTHER)).containsExactly("b=");
    }

    @Test
    void aTopicThatWasNotNamedIsAnErrorOfTheRecord() {
        in.to((key, value, origin) -> value.isEmpty() ? OTHER : OUT, List.of(OUT));
        builder.onError(ErrorPolicy.stop());
        send("a", "x", "b", "");
        Application app = simulation.start(builder.build());
        simulation.world().runUntil(() -> app.failure().isPresent(), Duration.ofMinutes(1));
        assertThat(app.failure()).get().asString().contains("Topic 'other' was chosen");
    }

    @Test
    void aPartitionThatIsNotThereIsAnErrorOfTheRecord() {
        in.to(OTHER, (key, value, partitions) -> partitions);
        send("a", "x");
        Application app = simulation.start(builder.build());
        simulation.world().runUntil(() -> app.failure().isPresent(), Duration.ofMinutes(1));
        assertThat(app.failure()).get().asString().contains("those from 0 to 2");
    }

    @Test
    void groupsOfAnotherKeyMeetThroughATopicOfTheApplication() {
        in.groupBy("by-value", (key, value) -> value, Serdes.string())
                .count("counts")
                .toStream()
                .mapValues(count -> "" + count)
                .to(OUT);
        send("a", "x", "b", "y", "c", "x", "d", null);
        run();
        assertThat(texts(OUT, 0)).containsExactlyInAnyOrder("x=1", "y=1", "x=2");
        assertThat(simulation.log().admin().describeTopic("language-by-value-repartition"))
                .get()
                .satisfies(topic -> assertThat(topic.partitions()).isEqualTo(1));
    }

    @Test
    void theNewestValueOfAKeyIsItsRowInATable() {
        in.toTable("rows").toStream().to(OUT);
        send("a", "1", null, "2", "a", "3", "a", null, "b", null);
        run();
        assertThat(texts(OUT, 0)).containsExactly("a=1", "a=3", "a=null", "b=null");
        assertThat(simulation.stored(StoreSpec.timestamped("rows", Serdes.string(), Serdes.string()), 0))
                .isEmpty();
    }

    @Test
    void serdesThatAreNotKnownAreAskedFor() {
        assertThatThrownBy(() -> in.mapValues(String::length).toTable("lengths"))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("withValueSerde(serde) before toTable(...)");
        assertThatThrownBy(() -> in.selectKey((key, value) -> value).repartition("again"))
                .hasMessageContaining("withSerdes(key, value) before repartition(...)");
    }

    @Test
    void twoRepartitionsOfOneNameAreRefused() {
        in.repartition("again").to(OUT);
        in.filter((key, value) -> true).repartition("again").to(OUT);
        assertThatThrownBy(builder::build)
                .hasMessageContaining("Two streams are repartitioned through 'language-again");
    }

    private void send(@Nullable String... keysAndValues) {
        try (TransactionalProducer producer =
                simulation.log().transactionalProducer(TransactionalProducerConfig.of("test"))) {
            producer.begin();
            for (int i = 0; i < keysAndValues.length; i += 2) {
                producer.send(
                        new TopicPartition(IN.name(), 0),
                        i,
                        bytes(keysAndValues[i]),
                        bytes(keysAndValues[i + 1]),
                        List.of());
            }
            producer.commit();
        }
    }

    private static @Nullable BytesView bytes(@Nullable String text) {
        return text == null ? null : BytesView.ofUtf8(text);
    }

    private void run() {
        Application app = simulation.start(builder.build());
        simulation.runUntilDrained(app);
        app.close();
    }

    private List<String> texts(Topic<?, ?> topic, int partition) {
        return LogReading.texts(simulation.log(), topic, partition);
    }

    private List<String> all(Topic<?, ?> topic) {
        List<String> all = new ArrayList<>();
        for (int partition = 0; partition < topic.partitions().orElseThrow(); partition++) {
            all.addAll(texts(topic, partition));
        }
        return all;
    }
}
