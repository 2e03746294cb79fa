package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.GlobalTable;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.StepContext;
import io.millrace.dsl.StoreAccess;
import io.millrace.dsl.Table;
import io.millrace.dsl.TableProcessor;
import io.millrace.dsl.Topic;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.dsl.plan.TopologyPrinter;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tables whose rows plain code makes. */
class ProcessedTableTest {
    private static final Topic<String, String> NAMES = Topic.of("names", Serdes.string(), Serdes.string());
    private static final Topic<String, String> TEXTS = Topic.of("texts", Serdes.string(), Serdes.string());
    private static final Topic<String, Long> ASKED = Topic.of("asked", Serdes.string(), Serdes.int64());
    private static final KeyValueSpec<String, Long> SEEN = StoreSpec.keyValue("seen", Serdes.string(), Serdes.int64());

    private static TableProcessor<String, Long, String> numbered(StoreAccess stores) {
        var seen = stores.get(SEEN);
        return (String key, @Nullable Long value, StepContext context) -> {
            Long before = seen.get(key);
            long count = before == null ? 1 : before + 1;
            seen.put(key, count);
            return value == null ? null : value + "#" + count + "@" + context.timestamp();
        };
    }

    /** What a processor kept is there in the next life, and rows are what it gave, wherever they are asked. */
    @Test
    void rowsAreWhatTheProcessorGaveAlsoInTheNextLife() {
        Pipeline.Builder builder = Pipeline.named("rows");
        Table<String, String> rows = builder.table(Sums.NUMBERS, "numbers")
                .processValues("numbered", ProcessedTableTest::numbered, Serdes.string(), SEEN);
        rows.toStream().to(TEXTS);
        builder.stream(ASKED)
                .leftJoin(rows, (asked, row) -> asked + "=" + row)
                .withValueSerde(Serdes.string())
                .to(NAMES);
        PipelineTestSettings settings = PipelineTestSettings.defaults().withPartitions(1);
        try (PipelineTest test = PipelineTest.of(builder.build(), settings)) {
            test.input(Sums.NUMBERS).send("a", 2L, 10);
            test.input(Sums.NUMBERS).send("b", 3L, 20);
            test.run();
            test.crashAndRestart();
            test.input(Sums.NUMBERS).send("a", 4L, 30);
            test.input(Sums.NUMBERS).send("b", null, 40);
            test.run();
            test.input(ASKED).send("a", 1L, 50);
            test.input(ASKED).send("b", 2L, 60);
            test.run();
            assertThat(test.output(TEXTS).readAll())
                    .extracting(TestRecord::keyValue)
                    .containsExactly(
                            entry("a", "2#1@10"), entry("b", "3#1@20"), entry("a", "4#2@30"), entry("b", null));
            assertThat(test.output(NAMES).readValues()).containsExactly("1=4#2@30", "2=null");
            assertThat(test.state("numbered")).isEqualTo(Map.of("a", "4#2@30"));
            assertThat(test.state("seen")).isEqualTo(Map.of("a", 2L, "b", 2L));
        }
    }

    private static Map.Entry<String, @Nullable String> entry(String key, @Nullable String value) {
        return new SimpleImmutableEntry<>(key, value);
    }

    @Test
    void aGlobalTableIsLookedInto() {
        Pipeline.Builder builder = Pipeline.named("rows");
        GlobalTable<String, String> names = builder.globalTable(NAMES, "names");
        builder.table(Sums.NUMBERS, "numbers")
                .<String>processValues(
                        "named",
                        stores -> {
                            var nameOf = stores.get(names);
                            return (key, value, context) -> nameOf.get(key) + " has " + value;
                        },
                        Serdes.string(),
                        List.of(names))
                .toStream()
                .to(TEXTS);
        Pipeline pipeline = builder.build();
        try (PipelineTest test = PipelineTest.of(pipeline)) {
            test.input(NAMES).send("a", "Ann");
            test.run();
            test.input(Sums.NUMBERS).send("a", 2L);
            test.run();
            assertThat(test.output(TEXTS).readValues()).containsExactly("Ann has 2");
        }
        TopologyManifest manifest = TopologyManifest.of(Planner.plan(pipeline));
        assertThat(TopologyPrinter.text(manifest)).contains("3: processValues named [named] <- 2, 0");
    }

    @Test
    void timersAreRefused() {
        Table<String, Long> rows = Pipeline.named("rows").table(Sums.NUMBERS, "numbers");
        assertThatThrownBy(() -> rows.<Long>processValues(
                        "wait",
                        stores -> (key, value, context) -> value,
                        Serdes.int64(),
                        TimerSpec.eventTime("timers", Serdes.string())))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("processValues 'wait' has timers 'timers'");
    }
}
