package io.millrace.proof.pipelines;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.GroupedTable;
import io.millrace.dsl.Table;
import java.util.Map;

/** The tables of a planned pipeline: one step, and what was written before it, by number. */
record PlannedTables(
        Node node, Map<Integer, EventStream<String, Long>> streams, Map<Integer, Table<String, Long>> tables) {
    static Table<String, Long> of(
            Node node, Map<Integer, EventStream<String, Long>> streams, Map<Integer, Table<String, Long>> tables) {
        return new PlannedTables(node, streams, tables).table();
    }

    private EventStream<String, Long> stream(int input) {
        return streams.get(node.input(input));
    }

    private Table<String, Long> table(int input) {
        return tables.get(node.input(input));
    }

    private Table<String, Long> table() {
        int a = node.a();
        return switch (node.kind()) {
            case TO_TABLE -> stream(0).toTable(node.store());
            case AGGREGATE ->
                stream(0)
                        .groupByKey()
                        .aggregate(
                                node.store(),
                                UserCode::first,
                                (key, value, sum) -> UserCode.fold(sum, value),
                                PlannedPipeline.VALUES);
            case REDUCE -> stream(0).groupByKey().reduce(node.store(), UserCode::fold);
            case COGROUP ->
                stream(0)
                        .groupByKey()
                        .<Long>cogroup((key, value, sum) -> UserCode.fold(sum, value))
                        .cogroup(stream(1).groupByKey(), (key, value, sum) -> UserCode.foldOther(sum, value))
                        .aggregate(node.store(), UserCode::first, PlannedPipeline.VALUES);
            case TABLE_FILTER -> table(0).filter((key, value) -> UserCode.accepts(value, a));
            case TABLE_MAP ->
                table(0).mapValues(value -> UserCode.map(value, a)).withValueSerde(PlannedPipeline.VALUES);
            case TABLE_JOIN ->
                table(0).join(table(1), UserCode::join).materialize(node.store(), PlannedPipeline.VALUES);
            case TABLE_LEFT_JOIN ->
                table(0).leftJoin(table(1), UserCode::join).materialize(node.store(), PlannedPipeline.VALUES);
            case TABLE_OUTER_JOIN ->
                table(0).outerJoin(table(1), UserCode::join).materialize(node.store(), PlannedPipeline.VALUES);
            case FOREIGN_KEY_JOIN ->
                table(0).join(
                                node.store(),
                                table(1),
                                (key, value) -> UserCode.otherKey(key, value),
                                UserCode::join,
                                PlannedPipeline.VALUES);
            case TABLE_GROUP -> grouped();
            default -> throw new IllegalStateException("No table: " + node);
        };
    }

    private Table<String, Long> grouped() {
        GroupedTable<String, Long> groups =
                table(0).groupBy(node.store() + "-by", (key, value) -> UserCode.group(value), PlannedPipeline.KEYS);
        return node.a() % 2 == 0
                ? groups.reduce(node.store(), Long::sum, (sum, value) -> sum - value)
                : groups.aggregate(
                        node.store(),
                        () -> 0L,
                        (key, value, sum) -> sum + value,
                        (key, value, sum) -> sum - value,
                        PlannedPipeline.VALUES);
    }
}
