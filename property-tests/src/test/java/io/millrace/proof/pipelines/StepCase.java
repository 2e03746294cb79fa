package io.millrace.proof.pipelines;

import static io.millrace.proof.pipelines.PlannedPipeline.KEYS;
import static io.millrace.proof.pipelines.PlannedPipeline.VALUES;

import io.millrace.dsl.AsyncCalls;
import io.millrace.dsl.CogroupedStream;
import io.millrace.dsl.DeduplicatedStream;
import io.millrace.dsl.GlobalTable;
import io.millrace.dsl.GroupedStream;
import io.millrace.dsl.GroupedTable;
import io.millrace.dsl.JoinWindows;
import io.millrace.dsl.JoinedStream;
import io.millrace.dsl.SessionWindowedCogroupedStream;
import io.millrace.dsl.SessionWindowedStream;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.SplitStream;
import io.millrace.dsl.Table;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.TopicPattern;
import io.millrace.dsl.WindowedCogroupedStream;
import io.millrace.dsl.WindowedStream;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Each step of the language alone, in every form in which it keeps or sends something else. What is kept for a time is kept for less than 64 ms: a store then lets go of
 * what has expired as soon as time moves, and not whenever it gets to it, which a rollback may move.
 */
record StepCase(String name, Consumer<StepBench> program) {
    private static final TimeWindows TUMBLING = TimeWindows.tumbling(millis(10)).withGrace(millis(5));
    private static final SlidingWindows SLIDING =
            SlidingWindows.ofTimeDifference(millis(10)).withGrace(millis(5));
    private static final SessionWindows SESSIONS =
            SessionWindows.withGap(millis(6)).withGrace(millis(4));

    static final List<StepCase> ALL = List.of(
            step("map values", bench -> bench.write(bench.in().mapValues(value -> UserCode.map(value, 1)))),
            step(
                    "filter",
                    bench -> bench.write(
                            bench.in().peek((key, value) -> {}).filter((key, value) -> UserCode.accepts(value, 0)))),
            step(
                    "map async",
                    bench -> bench.write(bench.in()
                            .mapAsync(
                                    "ask",
                                    (key, value, call) -> call.delay(
                                                    millis(value == null ? 1 : Math.floorMod(value, 5)))
                                            .thenApply(done -> UserCode.map(value, 1)),
                                    3))),
            step(
                    "map async in the order of the input, before a fold",
                    bench -> bench.write(bench.in()
                            .<Long>mapAsync(
                                    "ask",
                                    (key, value, call) -> call.delay(
                                                    millis(value == null ? 1 : Math.floorMod(value, 5)))
                                            .thenApply(done -> value),
                                    AsyncCalls.atMost(3).inInputOrder())
                            .withSerdes(KEYS, VALUES)
                            .groupByKey()
                            .reduce("folds", UserCode::fold))),
            step(
                    "map async after the commit, before a fold",
                    bench -> bench.write(bench.in()
                            .<Long>mapAsync(
                                    "ask",
                                    (key, value, call) -> call.delay(
                                                    millis(value == null ? 1 : Math.floorMod(value, 5)))
                                            .thenApply(done -> value),
                                    AsyncCalls.atMost(3).afterCommit())
                            .withSerdes(KEYS, VALUES)
                            .groupByKey()
                            .reduce("folds", UserCode::fold))),
            step("select key", bench -> bench.write(bench.in().selectKey(UserCode::otherKey))),
            step(
                    "flat map values",
                    bench -> bench.write(bench.in().flatMapValues(value -> UserCode.several(value, 1)))),
            step(
                    "flat map",
                    bench -> bench.write(bench.in().flatMap((key, value, out) -> {
                        out.emit(key, value);
                        out.emit(UserCode.otherKey(key, value), value);
                        out.emit(key, UserCode.map(value, 1));
                    }))),
            step("merge", bench -> bench.write(bench.in().merge(bench.other()))),
            step("split", bench -> {
                SplitStream<String, Long> split = bench.in().split("split");
                bench.write(split.branch("odd", (key, value) -> UserCode.isOdd(value)));
                bench.write(split.otherwise("even"));
            }),
            step("to two", bench -> {
                bench.write(bench.in());
                bench.write(bench.in());
            }),
            step("to chosen", bench -> {
                List<Topic<String, Long>> topics = List.of(bench.output(), bench.output());
                bench.in().to((key, value, origin) -> topics.get(UserCode.isOdd(value) ? 1 : 0), topics);
            }),
            step("to chosen partition", bench -> {
                List<Topic<String, Long>> topics = List.of(bench.output(), bench.output());
                bench.in()
                        .to(
                                (key, value, origin) -> topics.get((int) (origin.offset() % 2)),
                                topics,
                                (key, value, partitions) -> partitions - 1);
            }),
            step("to partition", bench -> bench.in().to(bench.output(), (key, value, partitions) -> 0)),
            step(
                    "repartition",
                    bench -> bench.write(
                            bench.in().repartition("again").groupByKey().reduce("folds", UserCode::fold))),
            step(
                    "repartition to partition",
                    bench -> bench.write(bench.in()
                            .repartition("again", (key, value, partitions) -> partitions - 1)
                            .groupByKey()
                            .reduce("folds", UserCode::fold))),
            step(
                    "timestamp extractor",
                    bench -> bench.write(bench.builder().stream(StepBench.IN)
                            .withTimestampExtractor(
                                    "reached",
                                    (key, value, record) -> value == null
                                            ? Math.max(record.timestamp(), record.partitionTime() + 1)
                                            : record.timestamp())
                            .groupByKey()
                            .reduce("folds", UserCode::fold))),
            step(
                    "topic pattern",
                    bench -> bench.write(bench.builder().stream(TopicPattern.of("in|other", KEYS, VALUES))
                            .groupByKey()
                            .reduce("folds", UserCode::fold))),
            step("process", StepCode::sums),
            step("process values", StepCode::sumsOfValues),
            step("process with global table", StepCode::sumsOfRows),
            step("process table values", StepCode::sumsOfChanges),
            step("process event timers", bench -> StepCode.eventTimers(bench, bench.in())),
            step(
                    "process event timers of topics",
                    bench -> StepCode.eventTimers(bench, bench.in().merge(bench.other()))),
            step("process wall clock timers", StepCode::wallClockTimers),
            step("deduplicate", bench -> {
                DeduplicatedStream<String, Long> first =
                        bench.in().deduplicate("ids", (key, value) -> UserCode.id(value), Serdes.int64(), millis(10));
                bench.write(first);
                bench.write(first.duplicates());
                bench.write(first.late());
            }),

            // --- tables
            step("to table", bench -> bench.write(bench.table())),
            step(
                    "table filter",
                    bench -> bench.write(bench.table().filter((key, value) -> UserCode.accepts(value, 0)))),
            step("table map", bench -> bench.write(bench.table().mapValues(value -> UserCode.map(value, 1)))),
            step(
                    "materialize",
                    bench -> bench.write(bench.table()
                            .mapValues(value -> UserCode.map(value, 1))
                            .materialize("mapped", VALUES))),
            step(
                    "aggregate",
                    bench -> bench.write(bench.in()
                            .groupByKey()
                            .aggregate(
                                    "folds",
                                    UserCode::first,
                                    (key, value, fold) -> UserCode.fold(fold, value),
                                    VALUES))),
            step("count", bench -> bench.write(bench.in().groupByKey().count("counts"))),
            step("reduce", bench -> bench.write(bench.in().groupByKey().reduce("folds", UserCode::fold))),
            step(
                    "cogroup",
                    bench -> bench.write(bench.in()
                            .groupByKey()
                            .<Long>cogroup((key, value, fold) -> UserCode.fold(fold, value))
                            .cogroup(bench.other().groupByKey(), (key, value, fold) -> UserCode.foldOther(fold, value))
                            .aggregate("folds", UserCode::first, VALUES))),
            step("table join", bench -> bench.write(bench.table().join(bench.otherTable(), UserCode::join))),
            step(
                    "table join with key",
                    bench -> bench.write(
                            bench.table().join(bench.otherTable(), (key, left, right) -> key.length() + left + right))),
            step("table left join", bench -> bench.write(bench.table().leftJoin(bench.otherTable(), UserCode::join))),
            step("table outer join", bench -> bench.write(bench.table().outerJoin(bench.otherTable(), UserCode::join))),
            step(
                    "table aggregate",
                    bench -> bench.write(grouped(bench)
                            .aggregate(
                                    "sums",
                                    () -> 0L,
                                    (key, value, sum) -> sum + value,
                                    (key, value, sum) -> sum - value,
                                    VALUES))),
            step("table count", bench -> bench.write(grouped(bench).count("counts"))),
            step(
                    "table reduce",
                    bench -> bench.write(grouped(bench).reduce("sums", Long::sum, (sum, value) -> sum - value))),
            step(
                    "foreign key join",
                    bench -> bench.write(bench.table()
                            .join("joined", bench.otherTable(), UserCode::otherKey, UserCode::join, VALUES))),
            step(
                    "foreign key left join",
                    bench -> bench.write(bench.table()
                            .leftJoin("joined", bench.otherTable(), UserCode::otherKey, UserCode::join, VALUES))),
            step("versioned table", bench -> bench.write(bench.in().toTable("versions", millis(20)))),
            step(
                    "materialize versions",
                    bench -> bench.write(bench.table()
                            .mapValues(value -> UserCode.map(value, 1))
                            .withValueSerde(VALUES)
                            .materialize("versions", millis(20)))),

            // --- streams with tables
            step("stream table join", bench -> bench.write(bench.in().join(bench.otherTable(), UserCode::join))),
            step(
                    "stream table left join",
                    bench -> bench.write(bench.in().leftJoin(bench.otherTable(), UserCode::join))),
            step(
                    "stream versioned table join",
                    bench -> bench.write(bench.even().leftJoin(versions(bench), UserCode::join))),
            step(
                    "join after grace",
                    bench -> bench.write(bench.even().join("waiting", versions(bench), UserCode::join, millis(10)))),
            step(
                    "left join after grace",
                    bench ->
                            bench.write(bench.even().leftJoin("waiting", versions(bench), UserCode::join, millis(10)))),
            step(
                    "global join",
                    bench -> bench.write(bench.in().join(global(bench), UserCode::otherKey, UserCode::join))),
            step(
                    "global left join",
                    bench -> bench.write(bench.in().leftJoin(global(bench), UserCode::otherKey, UserCode::join))),

            // --- windows
            step("tumbling", bench -> fold(bench, tumbling(keyed(bench)))),
            step("tumbling final", bench -> fold(bench, tumbling(keyed(bench)).emitFinal())),
            step(
                    "tumbling final of topics",
                    bench -> fold(bench, tumbling(ofTopics(bench)).emitFinal())),
            step("tumbling kept", bench -> fold(bench, tumbling(keyed(bench)).withRetention(millis(40)))),
            step(
                    "tumbling final kept",
                    bench -> fold(
                            bench,
                            tumbling(keyed(bench)).withRetention(millis(40)).emitFinal())),
            step(
                    "sliding final kept",
                    bench ->
                            fold(bench, sliding(bench).withRetention(millis(40)).emitFinal())),
            step(
                    "sessions final kept",
                    bench -> fold(
                            bench, sessions(bench).withRetention(millis(40)).emitFinal())),
            step("hopping", bench -> fold(bench, hopping(bench))),
            step("hopping final", bench -> fold(bench, hopping(bench).emitFinal())),
            step("sliding", bench -> fold(bench, sliding(bench))),
            step("sliding final", bench -> fold(bench, sliding(bench).emitFinal())),
            step("sessions", bench -> fold(bench, sessions(bench))),
            step("sessions final", bench -> fold(bench, sessions(bench).emitFinal())),
            step("cogroup tumbling", bench -> cogroup(bench, both(bench).windowedBy(TUMBLING))),
            step(
                    "cogroup tumbling final",
                    bench -> cogroup(bench, both(bench).windowedBy(TUMBLING).emitFinal())),
            step("cogroup sliding", bench -> cogroup(bench, both(bench).windowedBy(SLIDING))),
            step(
                    "cogroup sliding final",
                    bench -> cogroup(bench, both(bench).windowedBy(SLIDING).emitFinal())),
            step("cogroup sessions", bench -> cogroup(bench, both(bench).windowedBy(SESSIONS))),
            step(
                    "cogroup sessions final",
                    bench -> cogroup(bench, both(bench).windowedBy(SESSIONS).emitFinal())),

            // --- streams with streams
            step(
                    "stream join",
                    bench -> write(bench, bench.even().join("join", bench.odd(), UserCode::join, joinWindows()))),
            step(
                    "stream left join",
                    bench -> write(bench, bench.even().leftJoin("join", bench.odd(), UserCode::join, joinWindows()))),
            step(
                    "stream outer join",
                    bench -> write(bench, bench.even().outerJoin("join", bench.odd(), UserCode::join, joinWindows()))),
            step(
                    "stream outer join of topics",
                    bench -> write(bench, bench.in().outerJoin("join", bench.other(), UserCode::join, joinWindows()))),
            step(
                    "stream self join",
                    bench -> write(bench, bench.in().join("join", bench.in(), UserCode::join, joinWindows()))));

    private static StepCase step(String name, Consumer<StepBench> program) {
        return new StepCase(name, program);
    }

    StepBench bench() {
        StepBench bench = new StepBench();
        program.accept(bench);
        return bench;
    }

    private static Duration millis(int count) {
        return Duration.ofMillis(count);
    }

    private static GroupedTable<String, Long> grouped(StepBench bench) {
        return bench.table().groupBy("by", (key, value) -> UserCode.group(value), KEYS);
    }

    private static Table<String, Long> versions(StepBench bench) {
        return bench.odd().toTable("versions", millis(20));
    }

    private static GlobalTable<String, Long> global(StepBench bench) {
        return bench.builder().globalTable(StepBench.OTHER, "global");
    }

    private static GroupedStream<String, Long> keyed(StepBench bench) {
        return bench.in().groupByKey();
    }

    private static GroupedStream<String, Long> ofTopics(StepBench bench) {
        return bench.in().merge(bench.other()).groupByKey();
    }

    private static WindowedStream<String, Long> tumbling(GroupedStream<String, Long> keyed) {
        return keyed.windowedBy(TUMBLING);
    }

    private static WindowedStream<String, Long> hopping(StepBench bench) {
        return keyed(bench)
                .windowedBy(TimeWindows.hopping(millis(10), millis(5)).withGrace(millis(5)));
    }

    private static WindowedStream<String, Long> sliding(StepBench bench) {
        return keyed(bench).windowedBy(SLIDING);
    }

    private static SessionWindowedStream<String, Long> sessions(StepBench bench) {
        return keyed(bench).windowedBy(SESSIONS);
    }

    private static JoinWindows joinWindows() {
        return JoinWindows.ofTimeDifference(millis(10)).withAfter(millis(5)).withGrace(millis(5));
    }

    private static void fold(StepBench bench, WindowedStream<String, Long> windows) {
        bench.writeWindows(windows.aggregate(
                "windows", UserCode::first, (key, value, fold) -> UserCode.fold(fold, value), VALUES));
    }

    private static void fold(StepBench bench, SessionWindowedStream<String, Long> sessions) {
        bench.writeWindows(sessions.reduce("windows", UserCode::fold));
    }

    private static CogroupedStream<String, Long> both(StepBench bench) {
        return bench.even()
                .groupByKey()
                .<Long>cogroup((key, value, fold) -> UserCode.fold(fold, value))
                .cogroup(bench.odd().groupByKey(), (key, value, fold) -> UserCode.foldOther(fold, value));
    }

    private static void cogroup(StepBench bench, WindowedCogroupedStream<String, Long> windows) {
        bench.writeWindows(windows.aggregate("windows", UserCode::first, VALUES));
    }

    private static void cogroup(StepBench bench, SessionWindowedCogroupedStream<String, Long> sessions) {
        bench.writeWindows(sessions.aggregate(
                "windows", UserCode::first, (key, first, second) -> UserCode.fold(first, second), VALUES));
    }

    private static void write(StepBench bench, JoinedStream<String, Long, Long, Long> joined) {
        bench.write(joined);
        bench.write(joined.lateLeft());
        bench.write(joined.lateRight());
    }

    @Override
    public String toString() {
        return name;
    }
}
