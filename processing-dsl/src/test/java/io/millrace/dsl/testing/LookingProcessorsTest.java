package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.GlobalTable;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.Processor;
import io.millrace.dsl.RowLookup;
import io.millrace.dsl.StoreAccess;
import io.millrace.dsl.Topic;
import io.millrace.dsl.ValueProcessor;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.dsl.plan.TopologyPrinter;
import io.millrace.serde.Serdes;
import io.millrace.state.time.TimerSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Steps in plain code that look into global tables. */
class LookingProcessorsTest {
    private static final Topic<String, String> NAMES = Topic.of("names", Serdes.string(), Serdes.string());
    private static final Topic<String, String> TEXTS = Topic.of("texts", Serdes.string(), Serdes.string());
    private static final Output<String, String> SAID = Output.named("said");
    private static final TimerSpec<String> TIMERS = TimerSpec.eventTime("timers", Serdes.string());

    /** Says the name of each number, at once and when a timer fires. */
    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("names");
        GlobalTable<String, String> names = builder.globalTable(NAMES, "names");
        builder.stream(Sums.NUMBERS)
                .process(
                        "name",
                        stores -> {
                            RowLookup<String, String> rows = stores.get(names);
                            stores.onTimer(
                                    TIMERS, (key, time, context) -> context.emit(SAID, key, "then " + rows.get(key)));
                            return (Processor<String, Long>) (key, value, context) -> {
                                stores.get(TIMERS).set(key, context.timestamp() + 10);
                                context.emit(SAID, key, value + " " + rows.get(key));
                            };
                        },
                        List.of(names),
                        TIMERS)
                .output(SAID)
                .to(TEXTS);
        return builder.build();
    }

    @Test
    void aProcessorAndItsTimersFindRowsByAnyKeyAlsoInTheNextLife() {
        PipelineTestSettings settings = PipelineTestSettings.defaults().withPartitions(3);
        try (PipelineTest test = PipelineTest.of(pipeline(), settings)) {
            test.input(NAMES).send("a", "Ann");
            test.run();
            test.input(Sums.NUMBERS).toPartition(0).send("a", 1L, 100);
            test.input(Sums.NUMBERS).toPartition(0).send("b", 2L, 101);
            test.run();
            test.input(NAMES).send("a", "Anna");
            test.input(NAMES).send("b", "Bob");
            test.run();
            test.crashAndRestart();
            test.input(Sums.NUMBERS).toPartition(0).send("a", 3L, 200);
            test.run();
            test.input(NAMES).send("b", null);
            test.run();
            test.input(Sums.NUMBERS).toPartition(0).send("b", 4L, 201);
            test.run();
            assertThat(test.output(TEXTS).readKeyValues())
                    .containsExactlyInAnyOrder(
                            Map.entry("a", "1 Ann"),
                            Map.entry("b", "2 null"),
                            Map.entry("a", "then Anna"),
                            Map.entry("b", "then Bob"),
                            Map.entry("a", "3 Anna"),
                            Map.entry("b", "4 null"));
        }
    }

    @Test
    void valuesMayBeMadeOfSeveralTablesToo() {
        Pipeline.Builder builder = Pipeline.named("names");
        GlobalTable<String, String> names = builder.globalTable(NAMES, "names");
        GlobalTable<String, Long> sums = builder.globalTable(Sums.SUMS, "sums");
        builder.stream(Sums.NUMBERS)
                .<String>processValues(
                        "name",
                        stores -> {
                            RowLookup<String, String> nameOf = stores.get(names);
                            RowLookup<String, Long> sumOf = stores.get(sums);
                            return (key, value, context) ->
                                    context.emit(nameOf.get(key) + " has " + sumOf.get("of " + key));
                        },
                        List.of(names, sums))
                .withValueSerde(Serdes.string())
                .to(TEXTS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(NAMES).send("a", "Ann");
            test.input(Sums.SUMS).send("of a", 7L);
            test.run();
            test.input(Sums.NUMBERS).send("a", 1L);
            test.run();
            assertThat(test.output(TEXTS).readValues()).containsExactly("Ann has 7");
        }
    }

    @Test
    void aTableThatWasNotDeclaredIsRefusedWithTheFix() {
        Pipeline.Builder builder = Pipeline.named("names");
        GlobalTable<String, String> names = builder.globalTable(NAMES, "names");
        builder.stream(Sums.NUMBERS).process("name", (StoreAccess stores) -> {
            stores.get(names);
            return (key, value, context) -> {};
        });
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(Sums.NUMBERS).send("a", 1L);
            assertThat(test.runUntilFailure())
                    .hasStackTraceContaining("Step 'name' was not declared with global table 'names'")
                    .hasStackTraceContaining("List.of(table)");
        }
    }

    @Test
    void aTableOfAnotherPipelineIsRefused() {
        GlobalTable<String, String> names = Pipeline.named("other").globalTable(NAMES, "names");
        var numbers = Pipeline.named("names").stream(Sums.NUMBERS);
        assertThatThrownBy(() -> numbers.process("name", stores -> (key, value, context) -> {}, List.of(names)))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("cannot meet");
        assertThatThrownBy(() -> numbers.<Long>processValues(
                        "name",
                        (StoreAccess stores) -> (ValueProcessor<String, Long, Long>) (key, value, context) -> {},
                        List.of(names)))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("cannot meet");
    }

    @Test
    void theTableIsInTheManifestAndThePictures() {
        TopologyManifest manifest = TopologyManifest.of(Planner.plan(pipeline()));
        assertThat(TopologyManifest.parse(manifest.toText())).isEqualTo(manifest);
        assertThat(TopologyPrinter.text(manifest)).contains("2: process name [timers] <- 1, 0");
        assertThat(TopologyPrinter.mermaid(manifest)).contains("s0 --> s2");
    }
}
