package io.millrace.dsl.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.apache.kafka.streams.state.SessionStore;
import org.jspecify.annotations.Nullable;

/** Sessions. In one partition, because what is late is a matter of one, and the test driver of Kafka Streams has no more. */
class SessionComparisonTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<Windowed<String>, Long> COUNTS = results("counts");
    private static final Topic<Windowed<String>, Long> LARGEST = results("largest");
    private static final Topic<Windowed<String>, Long> SUMS = results("sums");

    private static Topic<Windowed<String>, Long> results(String name) {
        return KafkaComparison.topic(name, WindowedSerdes.session(Serdes.string()), Serdes.int64());
    }

    private static KafkaComparison program(SessionWindows windows, boolean isFinal) {
        return KafkaComparison.of(
                        millrace -> {
                            var each = millrace.stream(IN).groupByKey().windowedBy(windows);
                            var windowed = isFinal ? each.emitFinal() : each;
                            windowed.count("counts").toStream().to(COUNTS);
                            windowed.reduce("largest", Math::max).toStream().to(LARGEST);
                            windowed.aggregate(
                                            "sums",
                                            () -> 100L,
                                            SessionComparisonTest::add,
                                            (key, first, second) -> first + second,
                                            Serdes.int64())
                                    .toStream()
                                    .to(SUMS);
                        },
                        kafka -> {
                            var each = KafkaComparison.stream(kafka, IN)
                                    .groupByKey(KafkaComparison.grouped(IN))
                                    .windowedBy(org.apache.kafka.streams.kstream.SessionWindows.ofInactivityGapAndGrace(
                                            windows.gap(), windows.grace()));
                            var windowed = isFinal ? each.emitStrategy(EmitStrategy.onWindowClose()) : each;
                            write(COUNTS, windowed.count(store("counts", isFinal)));
                            write(LARGEST, windowed.reduce(Math::max, store("largest", isFinal)));
                            write(
                                    SUMS,
                                    windowed.aggregate(
                                            () -> 100L,
                                            SessionComparisonTest::add,
                                            (key, first, second) -> first + second,
                                            store("sums", isFinal)));
                        })
                .writing(COUNTS, LARGEST, SUMS)
                .withoutHeaders();
    }

    private static Materialized<String, Long, SessionStore<Bytes, byte[]>> store(String name, boolean isFinal) {
        var store = Materialized.<String, Long, SessionStore<Bytes, byte[]>>as(name)
                .withKeySerde(KafkaComparison.serde(IN.keySerde()))
                .withValueSerde(KafkaComparison.serde(IN.valueSerde()));
        // Else final results are lost, since a session leaves the store in the moment in which it closes.
        return isFinal ? store.withRetention(Duration.ofDays(1)) : store;
    }

    private static void write(
            Topic<Windowed<String>, Long> topic,
            KTable<org.apache.kafka.streams.kstream.Windowed<String>, Long> table) {
        KafkaComparison.to(
                topic,
                table.toStream((window, value) -> new Windowed<>(
                        window.key(), window.window().start(), window.window().end() + 1)));
    }

    /** A nine deletes the sum. */
    private static @Nullable Long add(String key, Long value, Long sum) {
        return value == 9 ? null : sum + value;
    }

    /** Even times and gaps and odd graces: none ends at the very millisecond from which on it is closed, where the two differ. */
    @Provide
    Arbitrary<List<Fed>> input() {
        return Inputs.lists(Combinators.combine(
                        Arbitraries.of("k0", "k1"),
                        Arbitraries.longs().between(0, 9),
                        Arbitraries.longs().between(0, 120))
                .as((key, value, time) -> Fed.of(IN, key, value, 2 * time)));
    }

    @Provide
    Arbitrary<SessionWindows> windows() {
        Arbitrary<Duration> gaps = Arbitraries.of(2, 10, 20).map(Duration::ofMillis);
        Arbitrary<Duration> graces = Arbitraries.of(1, 3, 31, 121, 401).map(Duration::ofMillis);
        return Combinators.combine(gaps, graces)
                .as((gap, grace) -> SessionWindows.withGap(gap).withGrace(grace));
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void resultsOfEachChangeAreThoseOfKafkaStreams(
            @ForAll("input") List<Fed> input, @ForAll("windows") SessionWindows windows) {
        program(windows, false).check(input);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void theyAreWhenTheProcessDies(
            @ForAll("input") List<Fed> input, @ForAll("windows") SessionWindows windows, @ForAll long seed) {
        program(windows, false).checkWithCrashes(input, seed);
    }

    /** No record is further behind than the grace: with a longer retention, Kafka Streams lets it join sessions that it has told of. */
    private static List<Fed> withinGrace(List<Fed> input, SessionWindows windows) {
        List<Fed> within = new ArrayList<>();
        long streamTime = 0;
        for (Fed fed : input) {
            streamTime = Math.max(streamTime, fed.timestamp());
            long time = Math.max(fed.timestamp(), streamTime - windows.grace().toMillis());
            within.add(Fed.of(IN, (String) fed.key(), (Long) fed.value(), time));
        }
        within.add(Fed.of(IN, "end", 1L, 100_000));
        return within;
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void finalResultsAreThoseOfKafkaStreams(
            @ForAll("input") List<Fed> input, @ForAll("windows") SessionWindows windows) {
        program(windows, true).check(withinGrace(input, windows));
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void finalResultsAreWhenTheProcessDies(
            @ForAll("input") List<Fed> input, @ForAll("windows") SessionWindows windows, @ForAll long seed) {
        program(windows, true).checkWithCrashes(withinGrace(input, windows), seed);
    }

    /** However late records come. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void whatIsToldOnceIsWhatWasToldLast(@ForAll("input") List<Fed> input, @ForAll("windows") SessionWindows windows) {
        List<Fed> closed = new ArrayList<>(input);
        closed.add(Fed.of(IN, "end", 1L, 100_000));
        Map<Object, Written> last = new LinkedHashMap<>();
        program(windows, false).millrace(closed).values().stream()
                .flatMap(List::stream)
                .forEach(told -> last.put(told.topic() + told.key(), told));
        last.values().removeIf(told -> told.value() == null || told.timestamp() == 100_000);
        assertThat(program(windows, true).millrace(closed).values().stream().flatMap(List::stream))
                .as("final sessions of %s in %s", closed, windows)
                .containsExactlyInAnyOrderElementsOf(last.values());
    }
}
