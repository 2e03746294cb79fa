package io.millrace.dsl.comparison;

import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.dsl.WindowedStream;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/** Windows of a fixed size. In one partition, because what is late is a matter of one, and the test driver of Kafka Streams has no more. */
class WindowComparisonTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Duration SIZE = Duration.ofMillis(20);
    private static final Topic<Windowed<String>, Long> COUNTS = results("counts");
    private static final Topic<Windowed<String>, Long> LARGEST = results("largest");
    private static final Topic<Windowed<String>, Long> SUMS = results("sums");

    private static Topic<Windowed<String>, Long> results(String name) {
        return KafkaComparison.topic(name, WindowedSerdes.time(Serdes.string(), SIZE), Serdes.int64());
    }

    private static KafkaComparison program(TimeWindows windows, boolean isFinal) {
        return KafkaComparison.of(
                        millrace -> {
                            WindowedStream<String, Long> windowed =
                                    millrace.stream(IN).groupByKey().windowedBy(windows);
                            WindowedStream<String, Long> told = isFinal ? windowed.emitFinal() : windowed;
                            told.count("counts").toStream().to(COUNTS);
                            told.reduce("largest", WindowComparisonTest::larger)
                                    .toStream()
                                    .to(LARGEST);
                            told.aggregate("sums", () -> 100L, WindowComparisonTest::add, Serdes.int64())
                                    .toStream()
                                    .to(SUMS);
                        },
                        kafka -> {
                            TimeWindowedKStream<String, Long> windowed = KafkaComparison.stream(kafka, IN)
                                    .groupByKey(KafkaComparison.grouped(IN))
                                    .windowedBy(org.apache.kafka.streams.kstream.TimeWindows.ofSizeAndGrace(
                                                    windows.size(), windows.grace())
                                            .advanceBy(windows.advance()));
                            TimeWindowedKStream<String, Long> told =
                                    isFinal ? windowed.emitStrategy(EmitStrategy.onWindowClose()) : windowed;
                            write(COUNTS, told.count(store("counts")));
                            write(LARGEST, told.reduce(WindowComparisonTest::larger, store("largest")));
                            write(SUMS, told.aggregate(() -> 100L, WindowComparisonTest::add, store("sums")));
                        })
                .writing(COUNTS, LARGEST, SUMS);
    }

    private static Materialized<String, Long, WindowStore<Bytes, byte[]>> store(String name) {
        return Materialized.<String, Long, WindowStore<Bytes, byte[]>>as(name)
                .withKeySerde(KafkaComparison.serde(IN.keySerde()))
                .withValueSerde(KafkaComparison.serde(IN.valueSerde()))
                // Else final results are lost where time jumps beyond the end of a window.
                .withRetention(Duration.ofDays(1));
    }

    private static void write(
            Topic<Windowed<String>, Long> topic,
            KTable<org.apache.kafka.streams.kstream.Windowed<String>, Long> table) {
        KafkaComparison.to(
                topic,
                table.toStream((window, value) -> new Windowed<>(
                        window.key(), window.window().start(), window.window().end())));
    }

    /** The larger of two; of two fives there is none. */
    private static @Nullable Long larger(Long first, Long second) {
        return first == 5 && second == 5 ? null : Math.max(first, second);
    }

    /** A nine deletes the sum. */
    private static @Nullable Long add(String key, Long value, Long sum) {
        return value == 9 ? null : sum + value;
    }

    @Provide
    Arbitrary<List<Fed>> input() {
        return Inputs.lists(Combinators.combine(
                        Arbitraries.of("k0", "k1", "k2"),
                        Arbitraries.longs().between(0, 9),
                        Arbitraries.longs().between(0, 120))
                .as((key, value, timestamp) -> Fed.of(IN, key, value, timestamp)));
    }

    @Provide
    Arbitrary<TimeWindows> windows() {
        Arbitrary<Duration> advances = Arbitraries.of(20, 10, 7, 1).map(Duration::ofMillis);
        Arbitrary<Duration> graces = Arbitraries.of(0, 1, 15, 60, 200).map(Duration::ofMillis);
        return Combinators.combine(advances, graces)
                .as((advance, grace) -> TimeWindows.hopping(SIZE, advance).withGrace(grace));
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void resultsOfEachChangeAreThoseOfKafkaStreams(
            @ForAll("input") List<Fed> input, @ForAll("windows") TimeWindows windows) {
        program(windows, false).check(input);
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void finalResultsAreThoseOfKafkaStreams(@ForAll("input") List<Fed> input, @ForAll("windows") TimeWindows windows) {
        program(windows, true).withoutHeaders().check(input);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void theyAreWhenTheProcessDies(
            @ForAll("input") List<Fed> input,
            @ForAll("windows") TimeWindows windows,
            @ForAll boolean isFinal,
            @ForAll long seed) {
        (isFinal ? program(windows, true).withoutHeaders() : program(windows, false)).checkWithCrashes(input, seed);
    }
}
