package io.millrace.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TableRuleTest {
    private static final Topic<String, Long> LEFT = Topic.of("left", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> RIGHT = Topic.of("right", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUT = Topic.of("out", Serdes.string(), Serdes.int64());

    private static final Duration HOUR = Duration.ofHours(1);

    private final Pipeline.Builder builder = Pipeline.named("test");

    private void sum(Table<String, Long> table) {
        table.groupBy("by-first", (key, value) -> key.substring(0, 1), Serdes.string())
                .reduce("sums", Long::sum, (sum, value) -> sum - value);
    }

    private Table<Windowed<String>, Long> counts(String name, Duration grace, Duration retention) {
        WindowedStream<String, Long> windows = builder.stream(LEFT)
                .groupByKey()
                .windowedBy(TimeWindows.tumbling(HOUR).withGrace(grace));
        return (retention.isZero() ? windows : windows.withRetention(retention)).count(name);
    }

    /** A row of the side that forgets first would be met as one that never was. */
    @Test
    void joinedWindowsAreKeptAsLongAsTheOtherSideTellsOfItsOwn() {
        counts("short", Duration.ZERO, Duration.ZERO)
                .join(counts("long", HOUR, Duration.ZERO), Long::sum)
                .toStream()
                .to(Topic.of("out", WindowedSerdes.time(Serdes.string(), HOUR), Serdes.int64()));
        assertThatThrownBy(builder::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("'windows short', which are gone PT1H after their start")
                .hasMessageContaining("'windows long' tells of its own for PT2H")
                .hasMessageContaining("withRetention(PT2H)");
    }

    @Test
    void joinedWindowsThatAreKeptLongEnoughAreTaken() {
        counts("short", Duration.ZERO, HOUR.multipliedBy(2))
                .join(counts("long", HOUR, Duration.ZERO), Long::sum)
                .toStream()
                .to(Topic.of("out", WindowedSerdes.time(Serdes.string(), HOUR), Serdes.int64()));
        assertThat(builder.build().steps()).isNotEmpty();
    }

    @Test
    void joinedTablesNeedEquallyManyPartitions() {
        builder.table(LEFT.withPartitions(4), "left")
                .join(builder.table(RIGHT.withPartitions(2), "right"), Long::sum)
                .toStream()
                .to(OUT);
        assertThatThrownBy(builder::build)
                .hasMessageContaining("'join of tables'")
                .hasMessageContaining("left has 4 and right has 2")
                .hasMessageContaining("the same withPartitions(n)");
    }

    @Test
    void aStreamAndItsTableNeedEquallyManyPartitions() {
        builder.stream(LEFT.withPartitions(4))
                .leftJoin(builder.table(RIGHT.withPartitions(2), "right"), Long::sum)
                .to(OUT);
        assertThatThrownBy(builder::build)
                .hasMessageContaining("'leftJoin with a table'")
                .hasMessageContaining("left has 4 and right has 2");
    }

    @Test
    void aJoinByAChangedKeyIsRefusedWithTheFix() {
        builder.stream(LEFT)
                .selectKey((key, value) -> key + value)
                .join(builder.table(RIGHT, "right"), Long::sum)
                .to(OUT);
        assertThatThrownBy(builder::build)
                .hasMessageContaining("'join with a table' goes by key")
                .hasMessageContaining("call repartition(name) between the two");
    }

    @Test
    void tablesOfTwoPipelinesCannotBeJoined() {
        Table<String, Long> other = Pipeline.named("other").table(LEFT, "left");
        Table<String, Long> table = builder.table(RIGHT, "right");
        assertThatThrownBy(() -> table.join(other, Long::sum))
                .hasMessageContaining("two pipelines, 'test' and 'other'");
        EventStream<String, Long> stream = builder.stream(RIGHT);
        assertThatThrownBy(() -> stream.join(other, Long::sum)).hasMessageContaining("two pipelines");
    }

    @Test
    void twoTablesOfOneNameAreRefused() {
        builder.table(LEFT, "table");
        builder.table(RIGHT, "table");
        assertThatThrownBy(builder::build).hasMessageContaining("Two steps are called 'table'");
    }

    @Test
    void twoGroupingsThroughOneTopicAreRefused() {
        Table<String, Long> table = builder.table(LEFT, "left");
        table.groupBy("by-key", (key, value) -> key, Serdes.string()).count("one");
        table.groupBy("by-key", (key, value) -> key, Serdes.string()).count("two");
        assertThatThrownBy(builder::build).hasMessageContaining("a name of its own");
    }

    @Test
    void groupingValuesThatNobodyCanWriteIsRefusedWithTheFix() {
        Table<String, String> table = builder.table(LEFT, "left").mapValues(value -> "v" + value);
        assertThatThrownBy(() -> table.groupBy("by", (key, value) -> value, Serdes.string()))
                .hasMessageContaining("call withValueSerde(serde) before groupBy(...)");
        assertThatThrownBy(() -> table.materialize("kept"))
                .hasMessageContaining("call withValueSerde(serde) before materialize(...)");
    }

    @Test
    void whoGoesByWhatWasBeforeNeedsAKeptResultOfAJoinWithItself() {
        Table<String, Long> table = builder.table(LEFT, "left");
        sum(table.join(table.mapValues(value -> value + 1), Long::sum).withValueSerde(Serdes.int64()));
        assertThatThrownBy(builder::build)
                .hasMessageContaining("both sides of 'join of tables'")
                .hasMessageContaining("call materialize(name, serde)");
    }

    @Test
    void aTableMadeOfTheOtherSideMeetsItselfToo() {
        Table<String, Long> table = builder.table(LEFT, "left");
        sum(table.toStream().toTable("copy").join(table, Long::sum).withValueSerde(Serdes.int64()));
        assertThatThrownBy(builder::build).hasMessageContaining("call materialize(name, serde)");
    }

    @Test
    void aKeptResultOrAStreamOfAJoinWithItselfIsRight() {
        Table<String, Long> table = builder.table(LEFT, "left");
        Table<String, Long> joined = table.join(table.mapValues(value -> value + 1), Long::sum);
        joined.toStream().to(OUT);
        sum(joined.materialize("joined", Serdes.int64()));
        assertThat(builder.build().steps()).isNotEmpty();
    }

    @Test
    void aJoinOfTwoTopicsNeedsNoStore() {
        sum(builder.table(LEFT, "left")
                .join(builder.table(RIGHT, "right"), Long::sum)
                .withValueSerde(Serdes.int64()));
        assertThat(builder.build().steps()).isNotEmpty();
    }

    @Test
    void aTableThatNobodyUsesIsAForgottenStep() {
        builder.table(LEFT, "left").filter((key, value) -> value > 1);
        assertThatThrownBy(builder::build).hasMessageContaining("Nothing is done with 'filter'");
    }

    @Test
    void aStreamIsNotCogroupedWithItself() {
        GroupedStream<String, Long> grouped = builder.stream(LEFT).groupByKey();
        CogroupedStream<String, Long> cogrouped = grouped.cogroup((key, value, sum) -> sum + value);
        assertThatThrownBy(() -> cogrouped.cogroup(grouped, (key, value, sum) -> sum - value))
                .hasMessageContaining("cogrouped with itself");
    }

    @Test
    void twoJoinsByForeignKeyOfOneNameAreRefused() {
        Table<String, Long> left = builder.table(LEFT, "left");
        Table<String, Long> right = builder.table(RIGHT, "right");
        left.join("joined", right, (key, value) -> key, Long::sum, Serdes.int64());
        left.leftJoin("joined", right, (key, value) -> key, Long::sum, Serdes.int64());
        assertThatThrownBy(builder::build).hasMessageContaining("a name of its own");
    }

    @Test
    void tablesOfAJoinByForeignKeyMayHaveOtherPartitions() {
        Table<String, Long> left = builder.table(LEFT.withPartitions(4), "left");
        Table<String, Long> right = builder.table(RIGHT.withPartitions(2), "right");
        left.join("joined", right, (key, value) -> key, Long::sum, Serdes.int64());
        assertThat(builder.build().steps()).isNotEmpty();
    }

    @Test
    void aJoinByForeignKeyNeedsToWriteTheValuesOfBothSides() {
        Table<String, Long> left = builder.table(LEFT, "left");
        Table<String, String> right = builder.table(RIGHT, "right").mapValues(value -> "v" + value);
        assertThatThrownBy(() -> left.join(
                        "joined", right, (key, value) -> key, (number, text) -> number + text, Serdes.string()))
                .hasMessageContaining("How the values of 'mapValues' are written is not known")
                .hasMessageContaining("call withValueSerde(serde) before join(...)");
    }

    @Test
    void aGraceIsForATableThatKnowsItsPast() {
        Table<String, Long> plain = builder.table(LEFT, "left");
        Table<String, Long> versioned = builder.table(RIGHT, "right", HOUR);
        builder.stream(OUT)
                .join("joined", versioned.materialize("kept"), Long::sum, HOUR)
                .to(LEFT);
        assertThatThrownBy(builder::build)
                .hasMessageContaining("'join joined' has a grace")
                .hasMessageContaining("'materialize kept' does not know what its rows were")
                .hasMessageContaining("table(topic, name, historyRetention)");
        builder.stream(OUT)
                .join("of-a-join", versioned.join(plain, Long::sum), Long::sum, HOUR)
                .to(LEFT);
        assertThatThrownBy(builder::build).hasMessageContaining("'join joined' has a grace");
    }

    @Test
    void aJoinOfVersionedTablesKeepsNoHistoryUnlessItIsKept() {
        Table<String, Long> joined = builder.table(LEFT, "left", HOUR)
                .join(builder.table(RIGHT, "right", HOUR), Long::sum)
                .withValueSerde(Serdes.int64());
        builder.stream(OUT)
                .join("kept", joined.materialize("versions", HOUR), Long::sum, HOUR)
                .to(LEFT);
        assertThat(builder.build().steps()).isNotEmpty();
        builder.stream(OUT).join("computed", joined, Long::sum, HOUR).to(LEFT);
        assertThatThrownBy(builder::build)
                .hasMessageContaining("'join computed' has a grace, but 'join of tables' does not know");
    }

    @Test
    void aGraceIsNoLongerThanTheHistoryAlsoOfWhatIsComputed() {
        Table<String, Long> computed = builder.table(LEFT, "left", HOUR)
                .filter((key, value) -> value > 1)
                .mapValues(value -> value + 1);
        builder.stream(OUT).leftJoin("equal", computed, Long::sum, HOUR).to(RIGHT);
        assertThat(builder.build().steps()).isNotEmpty();
        builder.stream(OUT)
                .leftJoin("longer", computed, Long::sum, HOUR.plusMillis(1))
                .to(RIGHT);
        assertThatThrownBy(builder::build)
                .hasMessageContaining("The grace of 'leftJoin longer' is PT1H0.001S")
                .hasMessageContaining("'mapValues' knows of PT1H alone")
                .hasMessageContaining("lengthen its historyRetention");
    }

    @Test
    void historiesAndGracesAreTimes() {
        assertThatThrownBy(() -> builder.table(LEFT, "left", Duration.ZERO))
                .hasMessageContaining("The history retention of table 'left' is 1 ms to 36500 days");
        Table<String, Long> table = builder.table(RIGHT, "right", HOUR);
        assertThatThrownBy(() -> builder.stream(OUT).join("joined", table, Long::sum, Duration.ofMillis(-1)))
                .hasMessageContaining("The grace of join 'joined' is 0 ms to 36500 days");
    }

    @Test
    void whatWaitsIsWrittenSoItsSerdeIsKnown() {
        Table<String, Long> table = builder.table(RIGHT, "right", HOUR);
        assertThatThrownBy(() -> builder.stream(OUT)
                        .mapValues(value -> "v" + value)
                        .join("joined", table, (text, number) -> text + number, HOUR))
                .hasMessageContaining("call withValueSerde(serde) before join(...)");
        assertThatThrownBy(() ->
                        builder.stream(OUT).mapValues(value -> "v" + value).toTable("kept", HOUR))
                .hasMessageContaining("call withValueSerde(serde) before toTable(...)");
    }

    @Test
    void aJoinThatWaitsForNobodyIsAForgottenStep() {
        builder.stream(OUT).join("joined", builder.table(RIGHT, "right", HOUR), Long::sum, HOUR);
        assertThatThrownBy(builder::build).hasMessageContaining("Nothing is done with 'join joined'");
    }

    @Test
    void aJoinWithItselfThatRefersToOthersNeedsAKeptResult() {
        Table<String, Long> table = builder.table(LEFT, "left");
        Table<String, Long> joined =
                table.join(table.mapValues(value -> value + 1), Long::sum).withValueSerde(Serdes.int64());
        joined.join("parents", table, (key, value) -> key, Long::sum, Serdes.int64());
        assertThatThrownBy(builder::build).hasMessageContaining("call materialize(name, serde)");
    }
}
