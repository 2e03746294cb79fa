package io.millrace.dsl.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.CogroupedStream;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.GroupedStream;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.Table;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedCogroupTable;
import io.millrace.dsl.WindowedCogroupedStream;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.dsl.WindowedStream;
import io.millrace.dsl.WindowedTable;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.CogroupedKStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.processor.StateStore;
import org.jspecify.annotations.Nullable;

/**
 * Two streams that make the values of the same windows. Both come from one partition of one topic, because what is late is a matter of one, in which both
 * are equally far. Kafka Streams has no final results here, and goes by the time of each stream alone: so none is late.
 */
class WindowedCogroupComparisonTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<Windowed<String>, Long> BALANCES =
            KafkaComparison.topic("balances", WindowedSerdes.session(Serdes.string()), Serdes.int64());

    /** What came too late, of either stream. */
    private static final Topic<String, Long> LATE = KafkaComparison.topic("late", Serdes.string(), Serdes.int64());

    /** One kind of windows: of two streams in both languages, and of one stream with all records. */
    private record Kind(
            String name,
            BiFunction<CogroupedStream<String, Long>, Boolean, WindowedCogroupTable<String, Long>> millrace,
            BiFunction<GroupedStream<String, Long>, Boolean, WindowedTable<String, Long, Long>> merged,
            Function<CogroupedKStream<String, Long>, KTable<org.apache.kafka.streams.kstream.Windowed<String>, Long>>
                    kafka,
            long lastMillisecond) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static KafkaComparison program(Kind kind, boolean isFinal) {
        return KafkaComparison.of(
                        millrace -> {
                            EventStream<String, Long> in = millrace.stream(IN);
                            var paid = in.filter((key, value) -> value % 2 == 0).groupByKey();
                            var spent =
                                    in.filter((key, value) -> value % 2 != 0).groupByKey();
                            CogroupedStream<String, Long> both = paid.<Long>cogroup(WindowedCogroupComparisonTest::add)
                                    .cogroup(spent, WindowedCogroupComparisonTest::subtract);
                            var balances = kind.millrace.apply(both, isFinal);
                            write(balances);
                            balances.late(paid).to(LATE);
                            balances.late(spent).to(LATE);
                        },
                        kafka -> {
                            KStream<String, Long> in = KafkaComparison.stream(kafka, IN);
                            var paid =
                                    in.filter((key, value) -> value % 2 == 0).groupByKey(KafkaComparison.grouped(IN));
                            var spent =
                                    in.filter((key, value) -> value % 2 != 0).groupByKey(KafkaComparison.grouped(IN));
                            CogroupedKStream<String, Long> both = paid.cogroup(WindowedCogroupComparisonTest::add);
                            KafkaComparison.to(
                                    BALANCES,
                                    kind.kafka
                                            .apply(both.cogroup(spent, WindowedCogroupComparisonTest::subtract))
                                            .toStream((window, value) -> new Windowed<>(
                                                    window.key(),
                                                    window.window().start(),
                                                    window.window().end() + kind.lastMillisecond)));
                        })
                .writing(BALANCES)
                // Of a window that ends with a record and begins right behind the one before.
                .withoutRepetitions()
                // Of sessions Kafka Streams tells without.
                .withoutHeaders();
    }

    private static KafkaComparison merged(Kind kind, boolean isFinal) {
        return KafkaComparison.of(
                millrace -> {
                    var balances = kind.merged.apply(millrace.stream(IN).groupByKey(), isFinal);
                    write(balances);
                    balances.late().to(LATE);
                },
                kafka -> {});
    }

    private static void write(Table<Windowed<String>, Long> balances) {
        balances.toStream()
                .withSerdes(BALANCES.keySerde(), BALANCES.valueSerde())
                .to(BALANCES);
    }

    private static <S extends StateStore> Materialized<String, Long, S> store() {
        return Materialized.<String, Long, S>as("balances")
                .withKeySerde(KafkaComparison.serde(IN.keySerde()))
                .withValueSerde(KafkaComparison.serde(IN.valueSerde()));
    }

    private static WindowedCogroupTable<String, Long> of(
            WindowedCogroupedStream<String, Long> windowed, boolean isFinal) {
        return (isFinal ? windowed.emitFinal() : windowed).aggregate("balances", () -> 100L, Serdes.int64());
    }

    private static WindowedTable<String, Long, Long> of(WindowedStream<String, Long> windowed, boolean isFinal) {
        return (isFinal ? windowed.emitFinal() : windowed)
                .aggregate("balances", () -> 100L, WindowedCogroupComparisonTest::addOrSubtract, Serdes.int64());
    }

    private static Kind of(TimeWindows windows) {
        return new Kind(
                windows.toString(),
                (both, isFinal) -> of(both.windowedBy(windows), isFinal),
                (all, isFinal) -> of(all.windowedBy(windows), isFinal),
                both -> both.windowedBy(org.apache.kafka.streams.kstream.TimeWindows.ofSizeAndGrace(
                                        windows.size(), windows.grace())
                                .advanceBy(windows.advance()))
                        .aggregate(() -> 100L, store()),
                0);
    }

    private static Kind of(SlidingWindows windows) {
        return new Kind(
                windows.toString(),
                (both, isFinal) -> of(both.windowedBy(windows), isFinal),
                (all, isFinal) -> of(all.windowedBy(windows), isFinal),
                both -> both.windowedBy(org.apache.kafka.streams.kstream.SlidingWindows.ofTimeDifferenceAndGrace(
                                windows.timeDifference(), windows.grace()))
                        .aggregate(
                                () -> 100L,
                                WindowedCogroupComparisonTest
                                        .<org.apache.kafka.streams.state.WindowStore<Bytes, byte[]>>store()
                                        // Else it loses windows a millisecond before they are no longer needed.
                                        .withRetention(Duration.ofDays(1))),
                1);
    }

    private static Kind of(SessionWindows windows) {
        return new Kind(
                windows.toString(),
                (both, isFinal) -> (isFinal ? both.windowedBy(windows).emitFinal() : both.windowedBy(windows))
                        .aggregate("balances", () -> 100L, WindowedCogroupComparisonTest::merge, Serdes.int64()),
                (all, isFinal) -> (isFinal ? all.windowedBy(windows).emitFinal() : all.windowedBy(windows))
                        .aggregate(
                                "balances",
                                () -> 100L,
                                WindowedCogroupComparisonTest::addOrSubtract,
                                WindowedCogroupComparisonTest::merge,
                                Serdes.int64()),
                both -> both.windowedBy(org.apache.kafka.streams.kstream.SessionWindows.ofInactivityGapAndGrace(
                                windows.gap(), windows.grace()))
                        .aggregate(() -> 100L, WindowedCogroupComparisonTest::merge, store()),
                1);
    }

    private static @Nullable Long addOrSubtract(String key, Long value, Long balance) {
        return value % 2 == 0 ? add(key, value, balance) : subtract(key, value, balance);
    }

    /** An eight deletes what there is. */
    private static @Nullable Long add(String key, Long value, Long balance) {
        return value == 8 ? null : balance + value;
    }

    private static Long subtract(String key, Long value, Long balance) {
        return balance - 10 * value;
    }

    private static Long merge(String key, Long first, Long second) {
        return first + 2 * second;
    }

    /** Even times: where a session would end at the very millisecond from which on it is closed, the two differ. */
    @Provide
    Arbitrary<List<Fed>> input() {
        return Inputs.lists(Combinators.combine(
                        Arbitraries.of("k0", "k1", "k2"),
                        Arbitraries.longs().between(0, 9),
                        Arbitraries.longs().between(0, 60))
                .as((key, value, time) -> Fed.of(IN, key, value, 2 * time)));
    }

    @Provide
    Arbitrary<Kind> kinds() {
        return kinds(Arbitraries.of(201));
    }

    @Provide
    Arbitrary<Kind> kindsWithLateRecords() {
        return kinds(Arbitraries.of(0, 1, 15, 61));
    }

    private static Arbitrary<Kind> kinds(Arbitrary<Integer> graceMillis) {
        Arbitrary<Duration> graces = graceMillis.map(Duration::ofMillis);
        Arbitrary<Duration> lengths = Arbitraries.of(20, 10, 8, 2).map(Duration::ofMillis);
        return Combinators.combine(Arbitraries.of(0, 1, 2), lengths, graces).as((kind, length, grace) -> switch (kind) {
            case 0 -> of(TimeWindows.hopping(Duration.ofMillis(20), length).withGrace(grace));
            case 1 -> of(SlidingWindows.ofTimeDifference(length).withGrace(grace));
            default -> of(SessionWindows.withGap(length).withGrace(grace));
        });
    }

    @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
    void valuesOfSeveralStreamsAreThoseOfKafkaStreams(@ForAll("input") List<Fed> input, @ForAll("kinds") Kind kind) {
        program(kind, false).check(input);
    }

    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
    void theyAreWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll("kinds") Kind kind, @ForAll long seed) {
        program(kind, false).checkWithCrashes(input, seed);
    }

    /** However late records come, and whether windows are told of with each change or once. */
    @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
    void valuesOfSeveralStreamsAreThoseOfOneStreamWithAllTheirRecords(
            @ForAll("input") List<Fed> input,
            @ForAll("kindsWithLateRecords") Kind kind,
            @ForAll boolean isFinal,
            @ForAll long seed) {
        var expected = merged(kind, isFinal).writing(BALANCES, LATE).millrace(input);
        KafkaComparison several = program(kind, isFinal).writing(BALANCES, LATE);
        assertThat(several.millrace(input)).as("%s of %s", kind, input).isEqualTo(expected);
        assertThat(several.millraceWithCrashes(input, seed))
                .as("%s of %s, with crashes", kind, input)
                .isEqualTo(expected);
    }
}
