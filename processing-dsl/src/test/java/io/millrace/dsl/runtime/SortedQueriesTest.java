package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.Entries;
import io.millrace.state.SortedSpec;
import io.millrace.state.SortedStore;
import io.millrace.state.StateException;
import io.millrace.state.StoreSpec;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Ranges of keys over all partitions of a store, however it was declared. */
class SortedQueriesTest {
    private static final int PARTITIONS = 3;
    private static final int KEYS = 500;
    private static final Topic<String, Long> IN = topic("in", Serdes.string());
    private static final Topic<Long, Long> NUMBERS = topic("numbers", Serdes.int64());
    private static final Topic<String, Long> LEVELS = topic("levels", Serdes.string());
    private static final SortedSpec<Long, String> BY_VALUE =
            StoreSpec.sorted("by-value", OrderedSerdes.int64(), Serdes.string());

    private final Simulation simulation = new Simulation(11);

    private static <K> Topic<K, Long> topic(String name, Serde<K> keySerde) {
        return Topic.of(name, keySerde, Serdes.int64()).withPartitions(PARTITIONS);
    }

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("app");
        var in = builder.stream(IN);
        in.groupByKey().count("counts");
        in.groupByKey().windowedBy(TimeWindows.tumbling(Duration.ofMillis(100))).count("windows");
        in.process(
                "sort",
                stores -> {
                    SortedStore<Long, String> sorted = stores.get(BY_VALUE);
                    return (key, value, context) -> sorted.put(value, key);
                },
                BY_VALUE);
        builder.table(NUMBERS, "squares");
        in.join(builder.globalTable(LEVELS, "levels"), (key, value) -> key, (value, level) -> level)
                .forEach((key, level) -> {});
        return builder.build();
    }

    /** Every key twice, the second time the negative of the first. */
    private Application filled() {
        Application app = simulation.start(pipeline());
        for (int i = 0; i < KEYS; i++) {
            send(IN, key(i), (long) i);
            send(IN, key(i), (long) -i);
            send(NUMBERS, (long) i, (long) i * i);
            send(LEVELS, key(i), (long) i);
        }
        simulation.runUntilDrained(app);
        return app;
    }

    /** Of many lengths, so that some begin with others. */
    private static String key(int number) {
        return Integer.toString(number, 5);
    }

    private <K> void send(Topic<K, Long> topic, K key, Long value) {
        try (LogProducer producer = simulation.log().producer()) {
            var ignored = producer.send(new ProducerRecord(
                    topic.name(),
                    null,
                    5L,
                    TestBytes.of(topic.keySerde(), key),
                    TestBytes.of(Serdes.int64(), value),
                    List.of()));
        }
    }

    private static <K, V> void assertSame(Entries<K, V> found, Map<K, V> expected) {
        List<Map.Entry<K, V>> inOrder = new ArrayList<>();
        expected.forEach((key, value) -> inOrder.add(Map.entry(key, value)));
        assertThat(found.toList()).isEqualTo(inOrder);
        Collections.reverse(inOrder);
        assertThat(found.reversed().toList()).isEqualTo(inOrder);
        assertThat(found.reversed().limited(7)).isEqualTo(inOrder.subList(0, Math.min(7, inOrder.size())));
    }

    /** @param expected what is in the store, in the order of the keys */
    private static <K, V> void assertRanges(SortedStore<K, V> store, NavigableMap<K, V> expected) {
        assertSame(store.all(), expected);
        List<K> keys = List.copyOf(expected.keySet());
        for (int i = 0; i < keys.size(); i += 41) {
            K from = keys.get(i);
            assertThat(store.get(from)).isEqualTo(expected.get(from));
            assertSame(store.atLeast(from), expected.tailMap(from));
            assertSame(store.before(from), expected.headMap(from));
            for (int j = i; j < keys.size(); j += 67) {
                assertSame(store.range(from, keys.get(j)), expected.subMap(from, keys.get(j)));
            }
        }
    }

    private static NavigableMap<String, Long> byText() {
        NavigableMap<String, Long> expected = new TreeMap<>();
        for (int i = 0; i < KEYS; i++) {
            expected.put(key(i), (long) i);
        }
        return expected;
    }

    @Test
    void aCountHasRangesInOneOrderOverAllPartitions() {
        Application app = filled();
        SortedStore<String, Long> counts = app.queries().sorted("counts", OrderedSerdes.string(), Serdes.int64());
        NavigableMap<String, Long> expected = byText();
        expected.replaceAll((key, value) -> 2L);
        assertRanges(counts, expected);
        assertThat(counts.get("nobody")).isNull();
        assertThat(counts.all().first()).contains(Map.entry("0", 2L));
        assertThat(counts.range("3", "1").toList()).isEmpty();
        for (String prefix : List.of("", "3", "31", "nobody")) {
            NavigableMap<String, Long> begin = new TreeMap<>(expected);
            begin.keySet().removeIf(key -> !key.startsWith(prefix));
            assertSame(counts.prefix(OrderedSerdes.startsWith(prefix)), begin);
        }
        app.close();
    }

    @Test
    void soDoRowsOfTablesAndOfGlobalOnes() {
        Application app = filled();
        NavigableMap<Long, Long> squares = new TreeMap<>();
        for (long i = 0; i < KEYS; i++) {
            squares.put(i, i * i);
        }
        assertRanges(
                app.queries().sorted("squares", OrderedSerdes.inByteOrder(Serdes.int64()), Serdes.int64()), squares);
        assertRanges(app.queries().sorted("levels", OrderedSerdes.string(), Serdes.int64()), byText());
        app.close();
    }

    @Test
    void aStoreThatWasDeclaredSortedIsSoOverItsPartitions() {
        Application app = filled();
        NavigableMap<Long, String> expected = new TreeMap<>();
        for (int i = 0; i < KEYS; i++) {
            expected.put((long) i, key(i));
            expected.put((long) -i, key(i));
        }
        assertRanges(app.queries().store(BY_VALUE), expected);
        assertRanges(app.queries().sorted("by-value", OrderedSerdes.int64(), Serdes.string()), expected);
        app.close();
    }

    /** What comes while entries are visited is in none of the partitions, though most of them are read after it. */
    @Test
    void aRangeIsOfTheMomentAtWhichItBegins() {
        Application app = filled();
        SortedStore<String, Long> counts = app.queries().sorted("counts", OrderedSerdes.string(), Serdes.int64());
        List<Long> found = new ArrayList<>();
        counts.forEach((key, count) -> {
            if (found.isEmpty()) {
                byText().forEach((sent, value) -> send(IN, sent, value));
                send(IN, "new", 1L);
                simulation.runUntilDrained(app);
            }
            found.add(count);
        });
        assertThat(found).hasSize(KEYS).containsOnly(2L);
        assertThat(counts.all().count()).isEqualTo(KEYS + 1);
        assertThat(counts.get("31")).isEqualTo(3);
        app.close();
    }

    @Test
    void whatIsPartlyElsewhereIsNotBegun() {
        Application app = simulation.start(pipeline());
        SortedStore<String, Long> counts = app.queries().sorted("counts", OrderedSerdes.string(), Serdes.int64());
        assertRefused(counts.all(), "cannot be asked now");
        byText().forEach((key, value) -> send(IN, key, value));
        simulation.runUntilDrained(app);
        assertThat(counts.all().count()).isEqualTo(KEYS);

        Application other = pipeline()
                .start(simulation.log(), AppSettings.of(simulation.world().world(), MemoryBackend::new), "other");
        SortedStore<String, Long> there = other.queries().sorted("counts", OrderedSerdes.string(), Serdes.int64());
        int[] whole = {0};
        simulation
                .world()
                .runUntil(
                        () -> {
                            whole[0] += countOrRefused(counts);
                            assertThat(countOrRefused(there))
                                    .as("it never has all")
                                    .isZero();
                            return false;
                        },
                        Duration.ofMinutes(1));
        assertThat(whole[0]).as("before partitions move").isPositive();
        assertRefused(counts.all(), "cannot be asked now");
        assertRefused(counts.range("1", "2"), "cannot be asked now");
        assertRefused(there.prefix(OrderedSerdes.startsWith("3")).reversed(), "cannot be asked now");

        other.close();
        simulation.world().runFor(Duration.ofMinutes(1));
        assertThat(counts.all().count()).isEqualTo(KEYS);
        app.close();
        assertThatThrownBy(() -> counts.range("3", "1").toList())
                .isInstanceOfSatisfying(
                        StateException.class,
                        closed -> assertThat(closed.kind()).isEqualTo(StateException.Kind.CLOSED));
    }

    /** All or nothing, at any moment. @return 1 for all */
    private static int countOrRefused(SortedStore<String, Long> counts) {
        List<String> keys = new ArrayList<>();
        try {
            counts.forEach((key, count) -> keys.add(key));
            assertThat(keys).containsExactlyElementsOf(byText().keySet());
            return 1;
        } catch (StateException e) {
            assertThat(e.kind()).isEqualTo(StateException.Kind.NOT_HERE);
            assertThat(keys).isEmpty();
            return 0;
        }
    }

    private static void assertRefused(Entries<String, Long> entries, String why) {
        List<String> visited = new ArrayList<>();
        assertThatThrownBy(() -> entries.forEach((key, count) -> visited.add(key)))
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.kind()).isEqualTo(StateException.Kind.NOT_HERE))
                .hasMessageContaining(why);
        assertThat(visited).isEmpty();
    }

    @Test
    void whatIsAskedWronglyIsToldWithWhatThereIs() {
        Application app = filled();
        assertThatThrownBy(() -> app.queries().sorted("squares", OrderedSerdes.int64(), Serdes.int64()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its keys are int64, not ordered-int64");
        assertThatThrownBy(() -> app.queries().sorted("windows", OrderedSerdes.string(), Serdes.int64()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Store 'windows' does not hold values by key: it is of kind 'windows'");
        SortedStore<String, Long> counts = app.queries().sorted("counts", OrderedSerdes.string(), Serdes.int64());
        assertThatThrownBy(() -> counts.put("1", 1L))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("is read here and not changed");
        app.close();
    }
}
