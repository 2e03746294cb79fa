package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.JoinWindows;
import io.millrace.dsl.Joiner;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.Table;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Joiners that see the key, in every join that there is. */
class JoinersWithKeyTest {
    private static final Topic<String, Long> LEFT = Topic.of("left", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> RIGHT = Topic.of("right", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> GLOBAL = Topic.of("global", Serdes.string(), Serdes.int64());
    private static final Duration TEN = Duration.ofMillis(10);
    private static final JoinWindows WINDOWS = JoinWindows.ofTimeDifference(TEN);

    private static String said(String key, @Nullable Long left, @Nullable Long right) {
        return key + ":" + left + "," + right;
    }

    private record Joins(
            EventStream<String, Long> stream,
            EventStream<String, Long> other,
            Table<String, Long> table,
            Table<String, Long> versions,
            Table<String, Long> leftTable,
            Pipeline.Builder builder) {
        private Joins(Pipeline.Builder builder) {
            this(
                    builder.stream(LEFT),
                    builder.stream(RIGHT),
                    builder.table(RIGHT, "rows"),
                    builder.table(RIGHT, "versions", Duration.ofMinutes(1)),
                    builder.table(LEFT, "left-rows"),
                    builder);
        }

        /** Each with what it says of a record of the left side without partner, with the other record then. */
        Map<String, EventStream<String, String>> all() {
            Map<String, EventStream<String, String>> all = new LinkedHashMap<>();
            var global = builder.globalTable(GLOBAL, "global");
            BiFunction<String, Long, String> other = (key, value) -> "g" + value;
            all.put("table", stream.join(table, JoinersWithKeyTest::said));
            all.put("left-table", stream.leftJoin(table, JoinersWithKeyTest::said));
            all.put("grace", stream.join("w1", versions, JoinersWithKeyTest::said, TEN));
            all.put("left-grace", stream.leftJoin("w2", versions, JoinersWithKeyTest::said, TEN));
            all.put("global", stream.join(global, other, JoinersWithKeyTest::said));
            all.put("left-global", stream.leftJoin(global, other, JoinersWithKeyTest::said));
            all.put("stream", stream.join("s1", this.other, JoinersWithKeyTest::said, WINDOWS));
            all.put("left-stream", stream.leftJoin("s2", this.other, JoinersWithKeyTest::said, WINDOWS));
            all.put("outer-stream", stream.outerJoin("s3", this.other, JoinersWithKeyTest::said, WINDOWS));
            all.put("tables", leftTable.join(table, JoinersWithKeyTest::said).toStream());
            all.put(
                    "left-tables",
                    leftTable.leftJoin(table, JoinersWithKeyTest::said).toStream());
            all.put(
                    "outer-tables",
                    leftTable.outerJoin(table, JoinersWithKeyTest::said).toStream());
            all.put(
                    "foreign",
                    leftTable
                            .join("f1", table, (key, value) -> "a", JoinersWithKeyTest::said, Serdes.string())
                            .toStream());
            all.put(
                    "left-foreign",
                    leftTable
                            .leftJoin("f2", table, (key, value) -> "a", JoinersWithKeyTest::said, Serdes.string())
                            .toStream());
            return all;
        }
    }

    private static Topic<String, String> result(String name) {
        return Topic.of("out-" + name, Serdes.string(), Serdes.string());
    }

    @Test
    void everyJoinTellsItsJoinerTheKeyOfItsLeftSide() {
        Pipeline.Builder builder = Pipeline.named("joins");
        Map<String, EventStream<String, String>> joins = new Joins(builder).all();
        joins.forEach((name, joined) -> joined.withValueSerde(Serdes.string()).to(result(name)));
        PipelineTestSettings settings = PipelineTestSettings.defaults()
                .withPartitions(1)
                .withApplication(app -> app.withIdleTimeout(Duration.ofSeconds(1)));
        try (PipelineTest test = PipelineTest.of(builder.build(), settings)) {
            test.input(GLOBAL).send("g1", 7L, 100);
            test.input(RIGHT).send("a", 5L, 100);
            test.run();
            test.input(LEFT).send("a", 1L, 100);
            test.run();
            test.crashAndRestart();
            test.input(LEFT).send("b", 1L, 101);
            test.run();
            test.advanceTime(Duration.ofSeconds(10));
            String pair = "a:1,5";
            String alone = "b:1,null";
            for (String inner : List.of("table", "grace", "stream", "tables")) {
                assertThat(test.output(result(inner)).readValues()).as(inner).containsExactly(pair);
            }
            for (String left : List.of("left-table", "left-grace", "left-stream", "outer-stream", "left-tables")) {
                assertThat(test.output(result(left)).readValues()).as(left).containsExactly(pair, alone);
            }
            assertThat(test.output(result("outer-tables")).readValues()).containsExactly("a:null,5", pair, alone);
            assertThat(test.output(result("global")).readValues()).containsExactly("a:1,7", "b:1,7");
            assertThat(test.output(result("left-global")).readValues()).containsExactly("a:1,7", "b:1,7");
            assertThat(test.output(result("foreign")).readValues()).containsExactly(pair, "b:1,5");
            assertThat(test.output(result("left-foreign")).readValues()).containsExactly(pair, "b:1,5");
        }
    }

    /** A join that has no store finds its rows anew: with the key, too. */
    @Test
    void rowsThatAreComputedWhenTheyAreLookedUpHaveTheKey() {
        Pipeline.Builder builder = Pipeline.named("joins");
        Table<String, String> joined =
                builder.table(LEFT, "left-rows").outerJoin(builder.table(RIGHT, "rows"), JoinersWithKeyTest::said);
        builder.stream(GLOBAL)
                .join(joined, (value, row) -> value + " of " + row)
                .withValueSerde(Serdes.string())
                .to(result("rows"));
        try (PipelineTest test =
                PipelineTest.of(builder.build(), PipelineTestSettings.defaults().withPartitions(1))) {
            test.input(LEFT).send("a", 1L, 100);
            test.run();
            test.input(GLOBAL).send("a", 3L, 100);
            test.run();
            assertThat(test.output(result("rows")).readValues()).containsExactly("3 of a:1,null");
        }
    }

    @Test
    void aJoinerThatIsMissingIsRefusedByItsCall() {
        Joins joins = new Joins(Pipeline.named("joins"));
        assertThatThrownBy(() -> joins.stream().join(joins.table(), (Joiner<String, Long, Long, Long>) null))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("A joiner is missing");
        assertThatThrownBy(() -> joins.stream().join(joins.table(), (BiFunction<Long, Long, Long>) null))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("A joiner is missing");
    }
}
