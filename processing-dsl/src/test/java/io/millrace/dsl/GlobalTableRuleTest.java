package io.millrace.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.plan.DeclaredTopology;
import io.millrace.dsl.plan.EvolutionRule;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.Topology;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.dsl.plan.TopologyPrinter;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What of global tables is refused, and how a pipeline with them looks. */
class GlobalTableRuleTest {
    private static final Topic<String, String> PLAYERS = Topic.of("players", Serdes.string(), Serdes.string());
    private static final Topic<String, String> SCORES = Topic.of("scores", Serdes.string(), Serdes.string());
    private static final Topic<String, String> OUT = Topic.of("out", Serdes.string(), Serdes.string());

    private final Pipeline.Builder builder = Pipeline.named("game");

    private static void join(Pipeline.Builder builder, GlobalTable<String, String> table) {
        builder.stream(SCORES)
                .join(table, (key, value) -> value, (value, row) -> row)
                .withValueSerde(Serdes.string())
                .to(OUT);
    }

    @Test
    void theSameTableMayBeAskedForAgain() {
        join(builder, builder.globalTable(PLAYERS, "players"));
        join(builder, builder.globalTable(PLAYERS, "players"));
        assertThat(Planner.plan(builder.build()).globalTables()).hasSize(1);
    }

    @Test
    void twoNamesForOneTopicAreRefused() {
        builder.globalTable(PLAYERS, "players");
        builder.globalTable(PLAYERS, "others");
        assertThatThrownBy(builder::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("is two global tables, 'players' and 'others'")
                .hasMessageContaining("use one GlobalTable");
    }

    @Test
    void oneNameForTwoTopicsIsRefused() {
        builder.globalTable(PLAYERS, "players");
        builder.globalTable(SCORES, "players");
        assertThatThrownBy(builder::build).hasMessageContaining("Two steps are called 'players'");
    }

    @Test
    void theNameOfAnotherStoreIsRefused() {
        builder.globalTable(PLAYERS, "players");
        builder.stream(SCORES).groupByKey().count("players");
        assertThatThrownBy(builder::build).hasMessageContaining("Two steps are called 'players'");
    }

    @Test
    void aTopicOfOtherTypesIsRefused() {
        builder.globalTable(PLAYERS, "players");
        builder.stream(Topic.of("players", Serdes.string(), Serdes.int64())).forEach((key, value) -> {});
        assertThatThrownBy(builder::build).hasMessageContaining("'players' is used as <");
    }

    @Test
    void aTopicBetweenTwoStepsIsRefused() {
        builder.stream(SCORES)
                .selectKey((key, value) -> value)
                .withSerdes(Serdes.string(), Serdes.string())
                .repartition("by-player")
                .forEach((key, value) -> {});
        builder.globalTable(Topic.of("game-by-player-repartition", Serdes.string(), Serdes.string()), "players");
        assertThatThrownBy(builder::build)
                .hasMessageContaining("is of a topic between two steps")
                .hasMessageContaining("to(topic)");
    }

    @Test
    void policiesThatNeedATransactionAreRefused() {
        GlobalTable<String, String> table = builder.globalTable(PLAYERS, "players");
        assertThatThrownBy(() -> table.onError(ErrorPolicy.deadLetter(OUT)))
                .hasMessageContaining("say ErrorPolicy.stop() or ErrorPolicy.skip()");
        assertThatThrownBy(() -> table.onError(ErrorPolicy.retry(1, Duration.ZERO)))
                .isInstanceOf(PipelineException.class);
    }

    @Test
    void aTableOfAnotherPipelineIsRefused() {
        GlobalTable<String, String> foreign = Pipeline.named("other").globalTable(PLAYERS, "players");
        assertThatThrownBy(() -> join(builder, foreign)).hasMessageContaining("Streams of two pipelines");
    }

    /** Neither the number of its partitions nor the stream's key matters. */
    @Test
    void aStreamWhoseKeyWasChangedMayLookIntoAnyTable() {
        builder.stream(SCORES.withPartitions(4))
                .selectKey((key, value) -> value)
                .join(
                        builder.globalTable(PLAYERS.withPartitions(3), "players"),
                        (key, value) -> key,
                        (value, row) -> row)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        Topology topology = Planner.plan(builder.build());
        assertThat(topology.inputTopics()).containsExactly("scores");
        assertThat(topology.subTopologies())
                .singleElement()
                .satisfies(only -> assertThat(only.isStateful()).isFalse());
        assertThat(topology.changelogTopic("players")).isEqualTo("players");
    }

    @Test
    void itIsInThePictureBesideTheSubTopologies() {
        join(builder, builder.globalTable(PLAYERS, "players"));
        TopologyManifest manifest = TopologyManifest.of(Planner.plan(builder.build()));
        assertThat(TopologyManifest.parse(manifest.toText()).steps())
                .containsExactlyInAnyOrderElementsOf(manifest.steps());
        assertThat(TopologyPrinter.text(manifest)).isEqualTo("""
                Application game
                  in every instance
                    0: global table players of players [players]
                  sub-topology 0
                    1: read scores
                    2: join with global table players <- 1, 0
                    3: write out <- 2
                """);
        assertThat(TopologyPrinter.mermaid(manifest))
                .contains("subgraph global[in every instance]")
                .contains("topic_players --> s0")
                .contains("store_players --- s0")
                .contains("s0 --> s2");
        assertThat(TopologyPrinter.dot(manifest))
                .contains("subgraph cluster_global {")
                .contains("topic_players -> s0;")
                .contains("s0 -> s2;");
    }

    private static Pipeline counting(Topic<String, String> players) {
        Pipeline.Builder builder = Pipeline.named("game");
        builder.stream(SCORES)
                .join(builder.globalTable(players, players.name()), (key, value) -> value, (value, row) -> row)
                .withValueSerde(Serdes.string())
                .groupByKey()
                .count("counts");
        return builder.build();
    }

    @Test
    void aStoreBehindAJoinIsFedByTheTableToo() {
        Topic<String, String> others = Topic.of("others", Serdes.string(), Serdes.string());
        TopologyManifest before = TopologyManifest.of(Planner.plan(counting(PLAYERS)));
        assertThat(EvolutionRule.decide(Optional.of(before), DeclaredTopology.of(counting(others)))
                        .plan()
                        .refusals())
                .extracting(TopologyPlan.Entry::text)
                .contains(
                        "store 'counts' is another one: it was fed by [players, scores] and is fed by [others, scores]");
    }
}
