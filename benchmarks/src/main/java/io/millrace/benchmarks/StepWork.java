package io.millrace.benchmarks;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.GroupedStream;
import io.millrace.dsl.JoinWindows;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.Step;
import io.millrace.dsl.Table;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.dsl.WindowedTable;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A pipeline of one step, from topics of numbers by number to a topic of what comes out.
 *
 * @param label as in {@code benchmarks/run steps --only stream-join}
 */
record StepWork(String label, Consumer<Numbers> writer) {
    static final List<StepWork> ALL = List.of(
            new StepWork(
                    "copy",
                    numbers -> numbers.left().mapValues(value -> value + 1).to(Numbers.OUT)),
            new StepWork(
                    "repartition",
                    numbers -> numbers.left()
                            .selectKey((key, value) -> value)
                            .withSerdes(Serdes.int64(), Serdes.int64())
                            .repartition("by-value")
                            .to(Numbers.OUT)),
            new StepWork(
                    "count",
                    numbers -> numbers.grouped().count("counts").toStream().to(Numbers.OUT)),
            new StepWork(
                    "deduplicate",
                    numbers -> numbers.left()
                            .deduplicate("unique", (key, value) -> value, Serdes.int64(), Numbers.MINUTE)
                            .to(Numbers.OUT)),
            new StepWork(
                    "deduplicate-hot",
                    numbers -> numbers.builder().stream(Numbers.LEFT, Numbers.EMPTY)
                            .deduplicate("unique", (key, value) -> 0L, Serdes.int64(), Duration.ofMillis(1))
                            .to(Numbers.OUT)),
            new StepWork(
                    "tumbling",
                    windowed(numbers ->
                            numbers.grouped().windowedBy(Numbers.TUMBLING).count("counts"))),
            new StepWork(
                    "tumbling-final",
                    windowed(numbers -> numbers.grouped()
                            .windowedBy(Numbers.TUMBLING)
                            .emitFinal()
                            .count("counts"))),
            new StepWork(
                    "repartition-tumbling-final",
                    windowed(numbers -> numbers.left()
                            .selectKey((key, value) -> value)
                            .withSerdes(Serdes.int64(), Serdes.int64())
                            .repartition("by-value")
                            .groupByKey()
                            .windowedBy(Numbers.TUMBLING)
                            .emitFinal()
                            .count("counts"))),
            new StepWork(
                    "hopping",
                    windowed(numbers -> numbers.grouped()
                            .windowedBy(TimeWindows.hopping(Numbers.MINUTE, Duration.ofSeconds(15)))
                            .count("counts"))),
            new StepWork(
                    "sliding",
                    windowed(numbers -> numbers.grouped()
                            .windowedBy(SlidingWindows.ofTimeDifference(Duration.ofSeconds(30)))
                            .count("counts"))),
            new StepWork(
                    "sessions",
                    windowed(numbers -> numbers.grouped()
                            .windowedBy(SessionWindows.withGap(Duration.ofSeconds(30)))
                            .count("counts"))),
            new StepWork(
                    "stream-join",
                    numbers -> numbers.left()
                            .join("pairs", numbers.right(), Long::sum, Numbers.CLOSE)
                            .withSerdes(Serdes.int64(), Serdes.int64())
                            .to(Numbers.OUT)),
            new StepWork(
                    "stream-left-join",
                    numbers -> numbers.left()
                            .leftJoin("pairs", numbers.right(), Numbers.SUM, Numbers.CLOSE)
                            .withSerdes(Serdes.int64(), Serdes.int64())
                            .to(Numbers.OUT)),
            new StepWork(
                    "stream-table-join",
                    numbers -> numbers.left()
                            .leftJoin(numbers.right().toTable("rows"), Numbers.SUM)
                            .withSerdes(Serdes.int64(), Serdes.int64())
                            .to(Numbers.OUT)),
            new StepWork(
                    "table-join",
                    numbers -> numbers.left()
                            .toTable("rows")
                            .leftJoin(numbers.right().toTable("other-rows"), Numbers.SUM)
                            .toStream()
                            .withSerdes(Serdes.int64(), Serdes.int64())
                            .to(Numbers.OUT)),
            new StepWork(
                    "foreign-key-join",
                    numbers -> numbers.left()
                            .toTable("rows")
                            .join(
                                    "referred",
                                    numbers.right().toTable("other-rows"),
                                    (key, value) -> value % 1_000,
                                    Long::sum,
                                    Serdes.int64())
                            .toStream()
                            .to(Numbers.OUT)));

    /** The inputs of a pipeline under construction. */
    record Numbers(Pipeline.Builder builder) {
        static final Topic<Long, Long> LEFT = topic("left");
        static final Topic<Long, Long> RIGHT = topic("right");
        static final Topic<Long, Long> OUT = topic("out");
        /** Nothing is in it: it holds event time back until it counts as idle. */
        static final Topic<Long, Long> EMPTY = topic("empty");

        static final Duration MINUTE = Duration.ofMinutes(1);
        static final TimeWindows TUMBLING = TimeWindows.tumbling(MINUTE);
        static final JoinWindows CLOSE = JoinWindows.ofTimeDifference(Duration.ofSeconds(30));
        static final BiFunction<Long, Long, Long> SUM = (left, right) -> right == null ? left : left + right;

        private static Topic<Long, Long> topic(String name) {
            return Topic.of(name, Serdes.int64(), Serdes.int64()).withPartitions(4);
        }

        EventStream<Long, Long> left() {
            return builder.stream(LEFT);
        }

        EventStream<Long, Long> right() {
            return builder.stream(RIGHT);
        }

        GroupedStream<Long, Long> grouped() {
            return left().groupByKey();
        }
    }

    private static Consumer<Numbers> windowed(Function<Numbers, WindowedTable<Long, Long, Long>> counted) {
        return numbers -> {
            Table<Windowed<Long>, Long> counts = counted.apply(numbers);
            counts.toStream()
                    .withSerdes(WindowedSerdes.time(Serdes.int64(), Numbers.MINUTE), Serdes.int64())
                    .to(Topic.of("windows", WindowedSerdes.time(Serdes.int64(), Numbers.MINUTE), Serdes.int64())
                            .withPartitions(4));
        };
    }

    Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("steps").topics(Numbers.LEFT, Numbers.RIGHT);
        writer.accept(new Numbers(builder));
        return builder.build();
    }

    /** Whether it reads both topics. */
    boolean isOfTwo() {
        return pipeline().steps().stream()
                .anyMatch(step ->
                        step instanceof Step.Source source && source.topic().equals(Numbers.RIGHT));
    }
}
