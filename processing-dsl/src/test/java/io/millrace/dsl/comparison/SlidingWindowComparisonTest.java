package io.millrace.dsl.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/** Windows that slide along with the records. In one partition, because what is late is a matter of one, and the test driver of Kafka Streams has no more. */
class SlidingWindowComparisonTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<Windowed<String>, Long> COUNTS = results("counts");
    private static final Topic<Windowed<String>, Long> LARGEST = results("largest");
    private static final Topic<Windowed<String>, Long> SUMS = results("sums");
    private static final long END = 100_000;

    private static Topic<Windowed<String>, Long> results(String name) {
        // What is written is the start alone.
        return KafkaComparison.topic(name, WindowedSerdes.time(Serdes.string(), Duration.ofMillis(1)), Serdes.int64());
    }

    private static KafkaComparison program(SlidingWindows windows, boolean isFinal) {
        return KafkaComparison.of(
                        millrace -> {
                            var windowed = millrace.stream(IN).groupByKey().windowedBy(windows);
                            var told = isFinal ? windowed.emitFinal() : windowed;
                            told.count("counts").toStream().to(COUNTS);
                            told.reduce("largest", SlidingWindowComparisonTest::larger)
                                    .toStream()
                                    .to(LARGEST);
                            told.aggregate("sums", () -> 100L, SlidingWindowComparisonTest::add, Serdes.int64())
                                    .toStream()
                                    .to(SUMS);
                        },
                        kafka -> {
                            var windowed = KafkaComparison.stream(kafka, IN)
                                    .groupByKey(KafkaComparison.grouped(IN))
                                    .windowedBy(
                                            org.apache.kafka.streams.kstream.SlidingWindows.ofTimeDifferenceAndGrace(
                                                    windows.timeDifference(), windows.grace()));
                            var told = isFinal ? windowed.emitStrategy(EmitStrategy.onWindowClose()) : windowed;
                            write(COUNTS, told.count(store("counts")));
                            write(LARGEST, told.reduce(SlidingWindowComparisonTest::larger, store("largest")));
                            write(SUMS, told.aggregate(() -> 100L, SlidingWindowComparisonTest::add, store("sums")));
                        })
                .writing(COUNTS, LARGEST, SUMS)
                // Of a window that ends with a record and begins right behind the one before.
                .withoutRepetitions();
    }

    private static Materialized<String, Long, WindowStore<Bytes, byte[]>> store(String name) {
        return Materialized.<String, Long, WindowStore<Bytes, byte[]>>as(name)
                .withKeySerde(KafkaComparison.serde(IN.keySerde()))
                .withValueSerde(KafkaComparison.serde(IN.valueSerde()))
                // Else it loses windows a millisecond before they are no longer needed, and final results where time
                // jumps.
                .withRetention(Duration.ofDays(1));
    }

    private static void write(
            Topic<Windowed<String>, Long> topic,
            KTable<org.apache.kafka.streams.kstream.Windowed<String>, Long> table) {
        KafkaComparison.to(
                topic,
                table.toStream((window, value) -> new Windowed<>(
                        window.key(), window.window().start(), window.window().start() + 1)));
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
                        Arbitraries.of("k0", "k1"),
                        Arbitraries.longs().between(0, 9),
                        Arbitraries.longs().between(0, 70))
                .as((key, value, timestamp) -> Fed.of(IN, key, value, timestamp)));
    }

    @Provide
    Arbitrary<SlidingWindows> windows() {
        return Combinators.combine(Arbitraries.of(1, 3, 10, 25), Arbitraries.of(0, 1, 7, 40, 200))
                .as((difference, grace) -> SlidingWindows.ofTimeDifference(Duration.ofMillis(difference))
                        .withGrace(Duration.ofMillis(grace)));
    }

    @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
    void resultsOfEachChangeAreThoseOfKafkaStreams(
            @ForAll("input") List<Fed> input, @ForAll("windows") SlidingWindows windows) {
        program(windows, false).check(input);
    }

    /** At the end all windows are closed: in Kafka Streams, a record of the first time difference closes none. */
    @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
    void finalResultsAreThoseOfKafkaStreams(
            @ForAll("input") List<Fed> input, @ForAll("windows") SlidingWindows windows) {
        program(windows, true).withoutHeaders().check(closed(input));
    }

    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE)
    void theyAreWhenTheProcessDies(
            @ForAll("input") List<Fed> input,
            @ForAll("windows") SlidingWindows windows,
            @ForAll boolean isFinal,
            @ForAll long seed) {
        (isFinal ? program(windows, true).withoutHeaders() : program(windows, false))
                .checkWithCrashes(closed(input), seed);
    }

    private static List<Fed> closed(List<Fed> input) {
        List<Fed> closed = new ArrayList<>(input);
        closed.add(Fed.of(IN, "end", 1L, END));
        return closed;
    }

    /** What windows are, from nothing but their definition: the records between two times. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void eachWindowCountsTheRecordsBetweenItsEnds(
            @ForAll("input") List<Fed> input, @ForAll("differences") long difference) {
        SlidingWindows windows =
                SlidingWindows.ofTimeDifference(Duration.ofMillis(difference)).withGrace(Duration.ofMillis(200));
        Map<Object, Written> last = new LinkedHashMap<>();
        program(windows, false).millrace(input).values().stream()
                .flatMap(List::stream)
                .filter(told -> told.topic().equals("counts"))
                .forEach(told -> last.put(told.key(), told));
        assertThat(last.values())
                .as("windows of %s in %s", difference, input)
                .containsExactlyInAnyOrderElementsOf(expected(input, difference));
    }

    @Provide
    Arbitrary<Long> differences() {
        return Arbitraries.of(1L, 3L, 10L, 25L);
    }

    private static List<Written> expected(List<Fed> input, long difference) {
        List<Written> expected = new ArrayList<>();
        for (String key : List.of("k0", "k1")) {
            List<Long> times = input.stream()
                    .filter(fed -> key.equals(fed.key()))
                    .map(Fed::timestamp)
                    .toList();
            TreeSet<Long> starts = new TreeSet<>();
            times.forEach(time -> starts.add(Math.max(0, time - difference)));
            times.forEach(time -> starts.add(time + 1));
            for (long start : starts) {
                List<Long> within = times.stream()
                        .filter(time -> time >= start && time <= start + difference)
                        .toList();
                if (!within.isEmpty()) {
                    long greatest =
                            within.stream().mapToLong(time -> time).max().orElseThrow();
                    expected.add(new Written(
                            "counts", new Windowed<>(key, start, start + 1), (long) within.size(), greatest));
                }
            }
        }
        return expected;
    }
}
