package io.millrace.dsl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.ProcessedStream;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final Topic<String, Long> ORDERS = Topic.of("orders", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> CREDITS = Topic.of("credits", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> RESULTS = Topic.of("results", Serdes.string(), Serdes.int64());
    private static final KeyValueSpec<String, Long> BALANCES =
            StoreSpec.keyValue("balances", Serdes.string(), Serdes.int64());
    private static final Output<String, Long> OUT = Output.named("out");
    private static final Output<String, Long> CREDIT = Output.named("credit");

    private static Pipeline bank() {
        Pipeline.Builder builder = Pipeline.named("bank");
        EventStream<String, Long> inputs = builder.stream(ORDERS).merge(builder.stream(CREDITS));
        ProcessedStream accounts = inputs.process("accounts", stores -> (key, value, context) -> {}, BALANCES);
        accounts.output(OUT).to(RESULTS);
        accounts.output(CREDIT).to(CREDITS);
        return builder.build();
    }

    @Test
    void stepsThatPassRecordsToEachOtherAreOneSubTopology() {
        Topology topology = Planner.plan(bank());
        assertThat(topology.subTopologies()).hasSize(1);
        assertThat(topology.inputTopics()).containsExactly("credits", "orders");
        assertThat(topology.readerOf("credits")).isSameAs(topology.readerOf("orders"));
        assertThat(topology.changelogTopic("balances")).isEqualTo("bank-balances-changelog");
    }

    @Test
    void aTopicInBetweenSeparatesSubTopologies() {
        Pipeline.Builder builder = Pipeline.named("words");
        builder.stream(ORDERS)
                .selectKey((key, value) -> key)
                .repartition(CREDITS)
                .groupByKey()
                .count("counts")
                .toStream()
                .to(RESULTS);
        Topology topology = Planner.plan(builder.build());
        assertThat(topology.subTopologies()).hasSize(2);
        assertThat(topology.subTopologies().get(0).isStateful()).isFalse();
        assertThat(topology.subTopologies().get(1).isStateful()).isTrue();
    }

    @Test
    void aMergeJoinsWhatWasSeparateBefore() {
        Pipeline.Builder builder = Pipeline.named("merged");
        EventStream<String, Long> orders = builder.stream(ORDERS).filter((key, value) -> value > 0);
        EventStream<String, Long> credits = builder.stream(CREDITS).mapValues(value -> value + 1);
        builder.stream(RESULTS).peek((key, value) -> {});
        orders.merge(credits).peek((key, value) -> {});
        Topology topology = Planner.plan(builder.build());
        assertThat(topology.subTopologies()).hasSize(2);
        assertThat(topology.readerOf("orders")).isSameAs(topology.readerOf("credits"));
        assertThat(topology.readerOf("results")).isNotSameAs(topology.readerOf("orders"));
    }

    @Test
    void thereIsOneTaskForEachPartitionNumber() {
        SubTopology accounts = Planner.plan(bank()).subTopologies().get(0);
        assertThat(Planner.taskCount(accounts, Map.of("orders", 4, "credits", 4)))
                .isEqualTo(4);
    }

    @Test
    void inputsOfStateThatDifferInPartitionsAreRefusedWithTheFix() {
        SubTopology accounts = Planner.plan(bank()).subTopologies().get(0);
        assertThatThrownBy(() -> Planner.taskCount(accounts, Map.of("orders", 4, "credits", 2)))
                .hasMessageContaining("equally many partitions")
                .hasMessageContaining("{2=[credits], 4=[orders]}")
                .hasMessageContaining("repartition(topic)");
    }

    @Test
    void aTopicBetweenStepsHasAsManyPartitionsAsItsWriter() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(ORDERS)
                .groupBy("first", (key, value) -> value, Serdes.int64())
                .count("firsts")
                .toStream()
                .groupBy("second", (key, value) -> "k", Serdes.string())
                .count("seconds");
        assertThat(Planner.withRepartitionCounts(Planner.plan(builder.build()), Map.of("orders", 7)))
                .containsEntry("app-first-repartition", 7)
                .containsEntry("app-second-repartition", 7);
    }

    @Test
    void aTopicBetweenStepsHasAsManyPartitionsAsWhatItsReaderSharesStateWith() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(ORDERS)
                .selectKey((key, value) -> key)
                .withSerdes(Serdes.string(), Serdes.int64())
                .repartition("again")
                .merge(builder.stream(CREDITS))
                .groupByKey()
                .count("counts");
        assertThat(Planner.withRepartitionCounts(Planner.plan(builder.build()), Map.of("orders", 7, "credits", 3)))
                .containsEntry("app-again-repartition", 3);
    }

    @Test
    void topicsBetweenStepsThatFeedEachOtherNeedANumber() {
        Pipeline.Builder builder = Pipeline.named("app");
        Topic<String, Long> back = Topic.of("app-back-repartition", Serdes.string(), Serdes.int64());
        builder.stream(back).filter((key, value) -> value > 0).repartition("back");
        Topology topology = Planner.plan(builder.build());
        assertThatThrownBy(() -> Planner.withRepartitionCounts(topology, Map.of()))
                .hasMessageContaining("feed each other")
                .hasMessageContaining("repartition(name, partitions)");
    }
}
