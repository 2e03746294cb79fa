package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Application;
import io.millrace.dsl.GroupedStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serdes;
import io.millrace.state.Entries;
import io.millrace.state.time.Session;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.WindowStore;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/** Ranges of keys and times over the windows and sessions of all partitions, against maps of the records that made them. */
class TimeQueriesProperties {
    private static final int SIZE = 20;
    private static final int ADVANCE = 10;
    private static final int GAP = 5;
    private static final int DIFFERENCE = 7;
    private static final int LAST_TIME = 200;
    private static final Topic<Integer, Long> IN =
            Topic.of("in", Serdes.int32(), Serdes.int64()).withPartitions(3);
    private static final Comparator<Windowed<Integer>> BY_TIME =
            Comparator.<Windowed<Integer>>comparingLong(Windowed::start).thenComparing(Windowed::key, bytes());
    private static final Comparator<Session<Integer>> BY_KEY = Comparator.comparing(
                    (Session<Integer> session) -> session.key(), bytes())
            .thenComparingLong(Session::end)
            .thenComparingLong(Session::start);

    /** One record. */
    record Sent(int key, long time) {}

    /** One question. A bound that is null is none. */
    record Asked(@Nullable Integer from, @Nullable Integer to, long first, long last) {
        boolean isMeant(int key) {
            return (from == null || bytes().compare(key, from) >= 0) && (to == null || bytes().compare(key, to) < 0);
        }
    }

    /** What {@link OrderedSerdes#inByteOrder} says of {@link Serdes#int32}. */
    private static Comparator<Integer> bytes() {
        return Integer::compareUnsigned;
    }

    private static Pipeline pipeline() {
        Duration ever = Duration.ofHours(1);
        Pipeline.Builder builder = Pipeline.named("app");
        GroupedStream<Integer, Long> grouped = builder.stream(IN).groupByKey();
        grouped.windowedBy(TimeWindows.hopping(Duration.ofMillis(SIZE), Duration.ofMillis(ADVANCE))
                        .withGrace(ever))
                .count("windows");
        grouped.windowedBy(SessionWindows.withGap(Duration.ofMillis(GAP)).withGrace(ever))
                .count("sessions");
        grouped.windowedBy(SlidingWindows.ofTimeDifference(Duration.ofMillis(DIFFERENCE))
                        .withGrace(ever))
                .count("slides");
        return builder.build();
    }

    @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
    void rangesAreWhatTheRecordsMadeInTheOrderThatIsSaid(
            @ForAll("records") List<Sent> records, @ForAll("questions") List<Asked> questions) {
        Simulation simulation = new Simulation(7);
        Application app = simulation.start(pipeline());
        records.forEach(record -> send(simulation, record));
        simulation.runUntilDrained(app);
        WindowStore<Integer, Long> windows =
                app.queries().windows("windows", OrderedSerdes.inByteOrder(Serdes.int32()), Serdes.int64());
        SessionStore<Integer, Long> sessions =
                app.queries().sessions("sessions", OrderedSerdes.inByteOrder(Serdes.int32()), Serdes.int64());
        WindowStore<Integer, Long> slides =
                app.queries().windows("slides", OrderedSerdes.inByteOrder(Serdes.int32()), Serdes.int64());
        List<Map.Entry<Windowed<Integer>, Long>> allWindows = windowsOf(records);
        List<Map.Entry<Session<Integer>, Long>> allSessions = sessionsOf(records);
        assertSame(windows.all(), allWindows, entry -> true);
        assertSame(sessions.all(), allSessions, entry -> true);
        for (Asked asked : questions) {
            assertSame(
                    windows.fetch(asked.from, asked.to, asked.first, asked.last),
                    allWindows,
                    entry -> asked.isMeant(entry.getKey().key())
                            && isBetween(asked, entry.getKey().start()));
            assertSame(
                    sessions.fetch(asked.from, asked.to, asked.first, asked.last),
                    allSessions,
                    entry -> asked.isMeant(entry.getKey().key())
                            && entry.getKey().end() >= asked.first
                            && entry.getKey().start() <= asked.last);
            assertSlides(slides, records, asked);
        }
        app.close();
    }

    private static boolean isBetween(Asked asked, long time) {
        return time >= asked.first && time <= asked.last;
    }

    /** Every record is in the window that ends with it; each window has the records of its time. Those of a key come in the order of time. */
    private static void assertSlides(WindowStore<Integer, Long> slides, List<Sent> records, Asked asked) {
        List<Map.Entry<Windowed<Integer>, Long>> found =
                slides.fetch(asked.from, asked.to, asked.first, asked.last).toList();
        assertThat(slides.fetch(asked.from, asked.to, asked.first, asked.last)
                        .reversed()
                        .toList())
                .isEqualTo(reversed(found));
        for (Map.Entry<Windowed<Integer>, Long> entry : found) {
            Windowed<Integer> window = entry.getKey();
            assertThat(asked.isMeant(window.key())).isTrue();
            assertThat(isBetween(asked, window.start())).isTrue();
            assertThat(window.end()).isEqualTo(window.start() + DIFFERENCE + 1);
            assertThat(entry.getValue())
                    .isEqualTo(records.stream()
                            .filter(sent ->
                                    sent.key == window.key() && sent.time >= window.start() && sent.time < window.end())
                            .count());
            assertThat(slides.fetch(window.key(), window.start())).isEqualTo(entry.getValue());
        }
        for (Sent sent : records) {
            List<Map.Entry<Windowed<Integer>, Long>> ofKey = found.stream()
                    .filter(entry -> entry.getKey().key() == sent.key)
                    .toList();
            if (asked.isMeant(sent.key)) {
                assertThat(slides.fetch(sent.key, asked.first, asked.last).toList())
                        .isEqualTo(ofKey);
            }
            assertThat(ofKey)
                    .isSortedAccordingTo(
                            Comparator.comparingLong(entry -> entry.getKey().start()));
            long start = sent.time - DIFFERENCE;
            if (start > 0 && asked.isMeant(sent.key) && isBetween(asked, start)) {
                assertThat(ofKey).extracting(entry -> entry.getKey().start()).contains(start);
            }
        }
    }

    private static <K, V> void assertSame(
            Entries<K, V> found, List<Map.Entry<K, V>> all, Predicate<Map.Entry<K, V>> isMeant) {
        List<Map.Entry<K, V>> expected = all.stream().filter(isMeant).toList();
        assertThat(found.toList()).isEqualTo(expected);
        assertThat(found.reversed().toList()).isEqualTo(reversed(expected));
        assertThat(found.limited(3)).isEqualTo(expected.subList(0, Math.min(3, expected.size())));
    }

    private static <T> List<T> reversed(List<T> list) {
        List<T> reversed = new ArrayList<>(list);
        Collections.reverse(reversed);
        return reversed;
    }

    private static List<Map.Entry<Windowed<Integer>, Long>> windowsOf(List<Sent> records) {
        TreeMap<Windowed<Integer>, Long> windows = new TreeMap<>(BY_TIME);
        for (Sent sent : records) {
            long last = Math.floorDiv(sent.time, ADVANCE) * ADVANCE;
            for (long start = Math.max(0, last - SIZE + ADVANCE); start <= last; start += ADVANCE) {
                windows.merge(new Windowed<>(sent.key, start, start + SIZE), 1L, Long::sum);
            }
        }
        return List.copyOf(windows.entrySet());
    }

    private static List<Map.Entry<Session<Integer>, Long>> sessionsOf(List<Sent> records) {
        TreeMap<Session<Integer>, Long> sessions = new TreeMap<>(BY_KEY);
        for (Sent sent : records) {
            Session<Integer> merged = new Session<>(sent.key, sent.time, sent.time);
            long count = 1;
            for (Session<Integer> session : List.copyOf(sessions.keySet())) {
                if (session.key() == sent.key
                        && session.end() >= sent.time - GAP
                        && session.start() <= sent.time + GAP) {
                    merged = new Session<>(
                            sent.key, Math.min(merged.start(), session.start()), Math.max(merged.end(), session.end()));
                    count += Objects.requireNonNull(sessions.remove(session));
                }
            }
            sessions.put(merged, count);
        }
        return List.copyOf(sessions.entrySet());
    }

    private static void send(Simulation simulation, Sent sent) {
        try (LogProducer producer = simulation.log().producer()) {
            var ignored = producer.send(new ProducerRecord(
                    IN.name(),
                    null,
                    sent.time,
                    TestBytes.of(Serdes.int32(), sent.key),
                    TestBytes.of(Serdes.int64(), 1L),
                    List.of()));
        }
    }

    @Provide
    Arbitrary<List<Sent>> records() {
        return Combinators.combine(
                        Arbitraries.integers().between(-6, 6),
                        Arbitraries.longs().between(0, LAST_TIME))
                .as(Sent::new)
                .list()
                .ofMaxSize(250);
    }

    @Provide
    Arbitrary<List<Asked>> questions() {
        return Combinators.combine(
                        Arbitraries.integers().between(-6, 6).injectNull(0.2),
                        Arbitraries.integers().between(-6, 6).injectNull(0.2),
                        Arbitraries.longs().between(-10, LAST_TIME + 10),
                        Arbitraries.longs().between(-10, LAST_TIME + 10))
                .as((from, to, one, other) -> new Asked(from, to, Math.min(one, other), Math.max(one, other)))
                .list()
                .ofSize(6);
    }
}
