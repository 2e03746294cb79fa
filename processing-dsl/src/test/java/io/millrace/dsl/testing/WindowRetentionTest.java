package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.GroupedStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.dsl.WindowedTable;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Session;
import io.millrace.state.time.TimedKey;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Windows that stay in their store when they have closed: they are there to be asked for, and nothing else changes. */
class WindowRetentionTest {
    private static final Topic<String, Long> IN = Topic.of("in", Serdes.string(), Serdes.int64());
    private static final Topic<Windowed<String>, Long> OUT =
            Topic.of("out", WindowedSerdes.session(Serdes.string()), Serdes.int64());
    private static final Topic<String, Long> LATE = Topic.of("late", Serdes.string(), Serdes.int64());
    private static final Duration TEN = Duration.ofMillis(10);
    private static final Duration HUNDRED = Duration.ofMillis(100);
    private static final Duration NOT_SAID = Duration.ZERO;

    private enum Kind {
        TUMBLING {
            @Override
            WindowedTable<String, Long, Long> count(
                    GroupedStream<String, Long> in, boolean isFinal, Duration retention) {
                var windowed = in.windowedBy(TimeWindows.tumbling(TEN));
                var kept = retention.isZero() ? windowed : windowed.withRetention(retention);
                return (isFinal ? kept.emitFinal() : kept).count("counts");
            }
        },
        SLIDING {
            @Override
            WindowedTable<String, Long, Long> count(
                    GroupedStream<String, Long> in, boolean isFinal, Duration retention) {
                var windowed = in.windowedBy(SlidingWindows.ofTimeDifference(TEN));
                var told = isFinal ? windowed.emitFinal() : windowed;
                return (retention.isZero() ? told : told.withRetention(retention)).count("counts");
            }
        },
        SESSIONS {
            @Override
            WindowedTable<String, Long, Long> count(
                    GroupedStream<String, Long> in, boolean isFinal, Duration retention) {
                var windowed = in.windowedBy(SessionWindows.withGap(TEN));
                var kept = retention.isZero() ? windowed : windowed.withRetention(retention);
                return (isFinal ? kept.emitFinal() : kept).count("counts");
            }
        };

        abstract WindowedTable<String, Long, Long> count(
                GroupedStream<String, Long> in, boolean isFinal, Duration retention);
    }

    private static PipelineTest start(Kind kind, boolean isFinal, Duration retention) {
        Pipeline.Builder builder = Pipeline.named("counts");
        var counts = kind.count(builder.stream(IN).groupByKey(), isFinal, retention);
        counts.toStream().withSerdes(OUT.keySerde(), OUT.valueSerde()).to(OUT);
        counts.late().to(LATE);
        return PipelineTest.of(builder.build(), PipelineTestSettings.defaults().withPartitions(1));
    }

    /** The first moments of the windows of the key a that the store has. */
    private static List<Long> startsOfA(PipelineTest test) {
        return test.state("counts").keySet().stream()
                .filter(key -> keyOf(key).equals("a"))
                .map(WindowRetentionTest::startOf)
                .sorted()
                .toList();
    }

    private static Object keyOf(Object key) {
        if (key instanceof Windowed<?> window) {
            return window.key();
        }
        return key instanceof Session<?> session ? session.key() : ((TimedKey<?>) key).key();
    }

    private static long startOf(Object key) {
        if (key instanceof Windowed<?> window) {
            return window.start();
        }
        return key instanceof Session<?> session ? session.start() : ((TimedKey<?>) key).time();
    }

    @Test
    void aWindowThatHasClosedStaysForTheRetentionAlsoInTheNextLife() {
        Map<Kind, List<Long>> starts =
                Map.of(Kind.TUMBLING, List.of(100L), Kind.SLIDING, List.of(95L), Kind.SESSIONS, List.of(105L));
        starts.forEach((kind, expected) -> {
            for (boolean isFinal : List.of(false, true)) {
                try (PipelineTest test = start(kind, isFinal, HUNDRED)) {
                    test.input(IN).send("a", 1L, 105);
                    test.input(IN).send("b", 1L, 190);
                    test.run();
                    assertThat(startsOfA(test)).as("%s", kind).isEqualTo(expected);
                    test.crashAndRestart();
                    test.input(IN).send("b", 1L, 191);
                    test.input(IN).send("a", 1L, 106);
                    test.run();
                    assertThat(startsOfA(test)).as("%s", kind).isEqualTo(expected);
                    assertThat(test.output(LATE).readValues()).containsExactly(1L);
                    assertThat(test.output(OUT).readKeyValues())
                            .filteredOn(told -> told.getKey().key().equals("a"))
                            .hasSize(1);
                    test.input(IN).send("b", 1L, 400);
                    test.run();
                    test.input(IN).send("b", 1L, 600);
                    test.run();
                    assertThat(startsOfA(test)).as("%s", kind).isEmpty();
                    assertThat(test.output(OUT).readKeyValues())
                            .filteredOn(told -> told.getKey().key().equals("a"))
                            .hasSize(1);
                }
            }
        });
    }

    private record Sent(String key, long time) {}

    @Provide
    Arbitrary<List<Sent>> records() {
        return Combinators.combine(Arbitraries.of("a", "b"), Arbitraries.longs().between(0, 150))
                .as(Sent::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
    }

    /** However records come, and whatever dies between. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void whatIsToldIsTheSame(
            @ForAll("records") List<Sent> records,
            @ForAll Kind kind,
            @ForAll boolean isFinal,
            @ForAll("retentions") Duration retention,
            @ForAll("crashes") int crashEach) {
        List<List<String>> plain = told(records, kind, isFinal, NOT_SAID, 0);
        assertThat(told(records, kind, isFinal, retention, crashEach)).isEqualTo(plain);
    }

    @Provide
    Arbitrary<Duration> retentions() {
        return Arbitraries.of(11, 25, 60, 1000).map(Duration::ofMillis);
    }

    @Provide
    Arbitrary<Integer> crashes() {
        return Arbitraries.of(0, 1, 4);
    }

    private static List<List<String>> told(
            List<Sent> records, Kind kind, boolean isFinal, Duration retention, int crashEach) {
        try (PipelineTest test = start(kind, isFinal, retention)) {
            int sent = 0;
            for (Sent record : records) {
                test.input(IN).send(record.key(), (long) sent++, record.time());
                test.run();
                if (crashEach > 0 && sent % crashEach == 0) {
                    test.crashAndRestart();
                }
            }
            return List.of(
                    test.output(OUT).readAll().stream()
                            .map(seen -> seen.key() + "=" + seen.value() + "@" + seen.timestamp())
                            .toList(),
                    test.output(LATE).readAll().stream()
                            .map(seen -> seen.key() + "=" + seen.value())
                            .toList());
        }
    }

    @Test
    void aRetentionThatIsOverBeforeTheCloseIsRefused() {
        GroupedStream<String, Long> in = Pipeline.named("counts").stream(IN).groupByKey();
        assertThatThrownBy(() ->
                        in.windowedBy(TimeWindows.tumbling(TEN).withGrace(TEN)).withRetention(Duration.ofMillis(19)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("A retention of PT0.019S is over before a window has closed, PT0.02S");
        assertThatThrownBy(() ->
                        in.windowedBy(SlidingWindows.ofTimeDifference(TEN)).withRetention(TEN))
                .hasMessageContaining("lengthen it, or leave it out");
        assertThatThrownBy(() -> in.windowedBy(SessionWindows.withGap(TEN).withGrace(TEN))
                        .withRetention(TEN))
                .hasMessageContaining("lengthen it, or leave it out");
        var both = in.<Long>cogroup((key, value, sum) -> sum + value);
        assertThatThrownBy(() -> both.windowedBy(TimeWindows.tumbling(HUNDRED)).withRetention(TEN))
                .hasMessageContaining("lengthen it, or leave it out");
        assertThatThrownBy(
                        () -> both.windowedBy(SessionWindows.withGap(HUNDRED)).withRetention(TEN))
                .hasMessageContaining("lengthen it, or leave it out");
    }
}
