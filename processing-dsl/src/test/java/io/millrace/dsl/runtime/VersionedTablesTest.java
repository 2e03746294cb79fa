package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Table;
import io.millrace.dsl.Topic;
import io.millrace.dsl.TopologyPlan;
import io.millrace.dsl.plan.DeclaredTopology;
import io.millrace.dsl.plan.EvolutionRule;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.dsl.plan.TopologyPrinter;
import io.millrace.serde.Serdes;
import io.millrace.state.Timestamped;
import io.millrace.state.time.VersionedStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an application tells of its versioned tables: answers, counts, pictures, and which changes of its program it goes on with. */
class VersionedTablesTest {
    private static final Topic<String, Long> PRICES =
            Topic.of("prices", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, Long> ORDERS =
            Topic.of("orders", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, Long> OUT =
            Topic.of("out", Serdes.string(), Serdes.int64()).withPartitions(1);

    private final Simulation simulation = new Simulation(7);

    /** A value is its timestamp; the last two come out of order, and the last one is older than what is known. */
    private static Pipeline pipeline(Duration history, Duration grace) {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.ingest(
                "values",
                () -> RecordSource.of(List.of(10L, 200L, 150L, 50L)),
                (item, out) -> out.send(PRICES, "k", item, item));
        Table<String, Long> prices = builder.table(PRICES, "prices", history);
        prices.groupBy("by-key", (key, value) -> key, Serdes.string()).count("groups");
        builder.stream(ORDERS).join("waiting", prices, Long::sum, grace).to(OUT);
        return builder.build();
    }

    @Test
    void valuesAreAskedForAsTheyAreAndAsTheyWere() {
        Application app = simulation.start(pipeline(Duration.ofMillis(100), Duration.ZERO));
        simulation.runUntilDrained(app);
        VersionedStore<String, Long> prices = app.queries().versions("prices", Serdes.string(), Serdes.int64());
        assertThat(prices.get("k")).isEqualTo(new Timestamped<>(200L, 200));
        assertThat(prices.get("k", 199)).isEqualTo(new Timestamped<>(150L, 150));
        assertThat(prices.get("k", 149)).isEqualTo(new Timestamped<>(50L, 50));
        assertThat(prices.all().toList()).containsExactly(Map.entry("k", new Timestamped<>(200L, 200)));
        assertThatThrownBy(() -> app.queries().versions("prices", Serdes.string(), Serdes.string()))
                .hasMessageContaining("its values are int64, not utf8");
        assertThatThrownBy(() -> app.queries().versions("groups", Serdes.string(), Serdes.int64()))
                .hasMessageContaining("Store 'groups' does not hold versions");
        assertThatThrownBy(() -> app.queries().keyValue("prices", Serdes.string(), Serdes.int64()))
                .hasMessageContaining("it is of kind 'versioned-table'");
        app.close();
    }

    @Test
    void aGroupLeavesOutWhatIsOfThePastAndTheCountOfDroppedRecordsHasIt() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.ingest(
                "values",
                () -> RecordSource.of(List.of(10L, 200L, 150L, 50L)),
                (item, out) -> out.send(PRICES, "k", item, item));
        builder.table(PRICES, "prices", Duration.ofMillis(100))
                .groupBy("by-key", (key, value) -> key, Serdes.string())
                .reduce("sums", Long::sum, (sum, value) -> sum - value)
                .toStream()
                .to(OUT);
        Application app = simulation.start(builder.build());
        simulation.runUntilDrained(app);
        assertThat(LogReading.read(simulation.log(), OUT, 0))
                .extracting(LogReading.Seen::value)
                .containsExactly(10L, 200L);
        assertThat(app.metrics().value("millrace.records.dropped"))
                .as("one of the past, one older than the history")
                .isEqualTo(2);
        app.close();
    }

    @Test
    void aPictureNamesTheTableAndTheJoinThatWaits() {
        assertThat(TopologyPrinter.text(
                        TopologyManifest.of(Planner.plan(pipeline(Duration.ofHours(2), Duration.ofHours(1))))))
                .contains("versioned table prices (history 2 h) [prices] <- ")
                .contains("join waiting (grace 1 h) [waiting] <- ");
    }

    @Test
    void historyAndGraceMayBeChanged() {
        TopologyManifest before = TopologyManifest.of(Planner.plan(pipeline(Duration.ofHours(2), Duration.ofHours(1))));
        DeclaredTopology after = DeclaredTopology.of(pipeline(Duration.ofHours(5), Duration.ofHours(3)));
        TopologyPlan plan = EvolutionRule.decide(Optional.of(before), after).plan();
        assertThat(plan.of(TopologyPlan.Verdict.KEEP)).isEqualTo(plan.entries());
    }
}
