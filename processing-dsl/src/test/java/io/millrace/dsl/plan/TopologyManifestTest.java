package io.millrace.dsl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.GroupedStream;
import io.millrace.dsl.JoinWindows;
import io.millrace.dsl.Kept;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.ProcessedStream;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.StoreSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopologyManifestTest {
    private static final Topic<String, Long> ORDERS = Topic.of("orders", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> CREDITS = Topic.of("bank.credits", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> RESULTS = Topic.of("results", Serdes.string(), Serdes.int64());
    private static final Output<String, Long> OUT = Output.named("out");
    private static final Output<String, Long> CREDIT = Output.named("credit");

    private static TopologyManifest bank() {
        return bank("balances", Serdes.int64());
    }

    private static TopologyManifest bank(String store, Serde<?> values) {
        Pipeline.Builder builder = Pipeline.named("bank");
        EventStream<String, Long> inputs = builder.stream(ORDERS).merge(builder.stream(CREDITS));
        ProcessedStream accounts = inputs.process(
                "accounts", stores -> (key, value, context) -> {}, StoreSpec.keyValue(store, Serdes.string(), values));
        accounts.output(OUT).to(RESULTS);
        accounts.output(CREDIT).to(CREDITS);
        return TopologyManifest.of(Planner.plan(builder.build()));
    }

    @Test
    void itsTextIsReadBack() {
        assertThat(TopologyManifest.parse(bank().toText())).isEqualTo(bank());
    }

    @Test
    void theTextOfALaterFormatIsRefused() {
        String later = bank().toText().replace("format=1\n", "format=3\n");
        assertThatThrownBy(() -> TopologyManifest.parse(later)).hasMessageContaining("use the Millrace that wrote it");
    }

    @Test
    void namesThatWereOthersAreReadBack() {
        StorageNames.Next next = new StorageNames.Next(StorageNames.NONE, bank().kept());
        next.keep(Kept.store("accounts"), Kept.store("balances"));
        next.drop(Kept.repartition("by.currency"));
        next.add(Kept.source("orders.csv"));
        TopologyManifest stored = bank("accounts", Serdes.int64()).storedAs(next.names());
        assertThat(TopologyManifest.parse(stored.toText())).isEqualTo(stored);
        assertThat(stored.storage().of(Kept.store("accounts"))).isEqualTo("balances");
    }

    /** A log that was never evolved is read by the versions of Millrace that know nothing of it. */
    @Test
    void onlyOtherNamesAreALaterFormat() {
        assertThat(bank().toText()).contains("format=1\n");
        StorageNames.Next next = new StorageNames.Next(StorageNames.NONE, bank().kept());
        next.drop(Kept.store("balances"));
        assertThat(bank().storedAs(next.names()).toText()).contains("format=2\n");
    }

    @Test
    void thePictureNamesStepsStoresAndTopics() {
        assertThat(TopologyPrinter.text(bank())).isEqualTo("""
                Application bank
                  sub-topology 0
                    0: read orders
                    1: read bank.credits
                    2: merge <- 0, 1
                    3: process accounts [balances] <- 2
                    4: output out <- 3
                    5: write results <- 4
                    6: output credit <- 3
                    7: write bank.credits <- 6
                """);
        assertThat(TopologyPrinter.mermaid(bank()))
                .startsWith("flowchart LR\n")
                .contains("topic_orders[/\"orders\"/]")
                .contains("topic_orders --> s0")
                .contains("s7 --> topic_bank_46_credits")
                .contains("store_balances[(\"balances\")]")
                .contains("store_balances --- s3");
        assertThat(TopologyPrinter.dot(bank()))
                .startsWith("digraph \"bank\" {\n")
                .contains("subgraph cluster_sub0 {")
                .contains("store_balances [label=\"balances\", shape=cylinder];")
                .contains("s0 -> s2;")
                .endsWith("}\n");
    }

    @Test
    void picturesTellOfSourcesAndOfTheSizesOfWindows() {
        Pipeline.Builder builder = Pipeline.named("shop");
        builder.ingest("orders.csv", () -> RecordSource.of(List.of(1L)), (item, out) -> out.send(ORDERS, "a", item));
        EventStream<String, Long> orders = builder.stream(ORDERS);
        GroupedStream<String, Long> grouped = orders.groupByKey();
        Duration minute = Duration.ofMinutes(1);
        grouped.windowedBy(TimeWindows.tumbling(Duration.ofMinutes(90)).withGrace(minute))
                .emitFinal()
                .count("hours");
        grouped.windowedBy(TimeWindows.hopping(minute, Duration.ofSeconds(10))).count("hops");
        grouped.windowedBy(SlidingWindows.ofTimeDifference(Duration.ofMillis(1_500)))
                .count("slides");
        grouped.windowedBy(SessionWindows.withGap(minute)).count("sessions");
        orders.deduplicate("once", (key, value) -> value, Serdes.int64(), Duration.ofDays(1))
                .join(
                        "pairs",
                        orders,
                        Long::sum,
                        JoinWindows.ofTimeDifference(minute).withAfter(Duration.ZERO))
                .to(RESULTS);
        orders.toTable("prices", Duration.ofHours(2));
        TopologyManifest manifest = TopologyManifest.of(Planner.plan(builder.build()));
        assertThat(TopologyManifest.parse(manifest.toText())).isEqualTo(manifest);
        assertThat(TopologyPrinter.text(manifest))
                .contains("windows hours (1 h 30 min, grace 1 min, final) [")
                .contains("windows hops (1 min every 10 s) [")
                .contains("sliding windows slides (1 s 500 ms apart) [")
                .contains("sessions sessions (gap 1 min) [")
                .contains("deduplicate once (within 1 d) [")
                .contains("join pairs (1 min before to 0 s after) [")
                .contains("versioned table prices (history 2 h) [");
        assertThat(TopologyPrinter.mermaid(manifest))
                .contains("source_orders_46_csv([\"source orders.csv\"])")
                .contains("[\"windows hops<br/>1 min every 10 s\"]");
        assertThat(TopologyPrinter.dot(manifest))
                .contains("source_orders_46_csv [label=\"source orders.csv\", shape=oval];")
                .contains("[label=\"windows hops\\n1 min every 10 s\"];");
    }
}
