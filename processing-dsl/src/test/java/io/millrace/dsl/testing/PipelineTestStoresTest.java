package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serdes;
import io.millrace.state.Entries;
import io.millrace.state.SortedSpec;
import io.millrace.state.SortedStore;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.time.RecordSpec;
import io.millrace.state.time.RecordStore;
import io.millrace.state.time.Session;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.TimedKey;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.Timers;
import io.millrace.state.time.VersionedSpec;
import io.millrace.state.time.VersionedStore;
import io.millrace.state.time.WindowSpec;
import io.millrace.state.time.WindowStore;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every question to every kind of store, over three partitions with two keys each: the same that an application's queries answer. */
class PipelineTestStoresTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(3);
    private static final SortedSpec<String, Long> SORTED =
            StoreSpec.sorted("sorted", OrderedSerdes.string(), Serdes.int64());
    private static final WindowSpec<String, Long> WINDOWS =
            WindowSpec.tumbling("windows", Serdes.string(), Serdes.int64(), Duration.ofMillis(10), LONG);
    private static final RecordSpec<String, Long> RECORDS =
            RecordSpec.of("records", Serdes.string(), Serdes.int64(), LONG);
    private static final SessionSpec<String, Long> SESSIONS =
            SessionSpec.of("sessions", Serdes.string(), Serdes.int64(), Duration.ofMillis(5), LONG);
    private static final VersionedSpec<String, Long> VERSIONS =
            VersionedSpec.of("versions", Serdes.string(), Serdes.int64(), LONG);
    private static final TimerSpec<String> TIMERS = TimerSpec.eventTime("timers", Serdes.string());

    private PipelineTest test;

    /** Each key of partition p, {@code ap} and {@code bp}, has the value 10 * p + n at the times 100 * n + p, for n from 1 to 3. */
    @BeforeEach
    void fill() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .process(
                        "keep",
                        stores -> {
                            SortedStore<String, Long> sorted = stores.get(SORTED);
                            WindowStore<String, Long> windows = stores.get(WINDOWS);
                            RecordStore<String, Long> records = stores.get(RECORDS);
                            SessionStore<String, Long> sessions = stores.get(SESSIONS);
                            VersionedStore<String, Long> versions = stores.get(VERSIONS);
                            Timers<String> timers = stores.get(TIMERS);
                            stores.onTimer(TIMERS, (key, time, context) -> {});
                            return (key, value, context) -> {
                                long time = context.timestamp();
                                sorted.put(key, value);
                                windows.put(key, time / 10 * 10, value);
                                records.add(key, time, value);
                                sessions.put(new Session<>(key, time, time + 2), value);
                                versions.put(key, value, time);
                                timers.set(key, time + 1_000);
                            };
                        },
                        SORTED,
                        WINDOWS,
                        RECORDS,
                        SESSIONS,
                        VERSIONS,
                        TIMERS);
        test = PipelineTest.of(builder.build());
        for (int partition = 0; partition < 3; partition++) {
            for (int n = 1; n <= 3; n++) {
                for (String key : List.of("a" + partition, "b" + partition)) {
                    test.input(IN).toPartition(partition).send(key, 10L * partition + n, 100L * n + partition);
                }
            }
        }
        test.run();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private static <K> List<K> keys(Entries<K, ?> entries) {
        return entries.toList().stream().<K>map(Map.Entry::getKey).toList();
    }

    @Test
    void sortedStores() {
        SortedStore<String, Long> store = test.state(SORTED);
        assertThat(store.get("b1")).isEqualTo(13);
        assertThat(store.get("c1")).isNull();
        assertThat(keys(store.all())).containsExactly("a0", "a1", "a2", "b0", "b1", "b2");
        assertThat(keys(store.all().reversed())).containsExactly("b2", "b1", "b0", "a2", "a1", "a0");
        assertThat(store.all().limited(3)).hasSize(3);
        assertThat(keys(store.range("a1", "b1"))).containsExactly("a1", "a2", "b0");
        assertThat(keys(store.atLeast("b1"))).containsExactly("b1", "b2");
        assertThat(keys(store.before("a2"))).containsExactly("a0", "a1");
        assertThat(keys(store.prefix(OrderedSerdes.startsWith("a")))).containsExactly("a0", "a1", "a2");
        assertThat(store.approximateCount()).isEqualTo(6);
    }

    @Test
    void windowStores() {
        WindowStore<String, Long> store = test.state(WINDOWS);
        assertThat(store.fetch("a2", 300)).isEqualTo(23);
        assertThat(store.fetch("a2", 310)).isNull();
        assertThat(keys(store.fetch("a1", 200, 300)))
                .containsExactly(new Windowed<>("a1", 200, 210), new Windowed<>("a1", 300, 310));
        assertThat(keys(store.fetchAll(150, 250)))
                .hasSize(6)
                .allSatisfy(window -> assertThat(window.start()).isEqualTo(200));
        assertThat(store.streamTime()).isEqualTo(300);
    }

    @Test
    void recordStores() {
        RecordStore<String, Long> store = test.state(RECORDS);
        List<TimedKey<String>> row = keys(store.fetch("b1", 0, 1_000));
        assertThat(row).extracting(TimedKey::time).containsExactly(101L, 201L, 301L);
        assertThat(store.get(row.get(1))).isEqualTo(12);
        assertThat(keys(store.fetch("b1", 102, 300))).containsExactly(row.get(1));
        assertThat(keys(store.fetchAfter(row.get(0), 1_000))).containsExactly(row.get(1), row.get(2));
        assertThat(keys(store.fetchAfter(row.get(0), 300))).containsExactly(row.get(1));
        assertThat(keys(store.fetchAll(102, 201)))
                .extracting(TimedKey::key)
                .containsExactly("a0", "b0", "a1", "b1", "a2", "b2");
        assertThat(keys(store.fetchAll(102, 200))).extracting(TimedKey::key).containsExactly("a0", "b0", "a2", "b2");
        assertThat(store.greatestTime()).isEqualTo(302);
        assertThat(store.streamTime()).isEqualTo(302);
    }

    @Test
    void sessionStores() {
        SessionStore<String, Long> store = test.state(SESSIONS);
        assertThat(keys(store.fetch("a0")))
                .containsExactly(
                        new Session<>("a0", 100, 102), new Session<>("a0", 200, 202), new Session<>("a0", 300, 302));
        assertThat(keys(store.findMergeable("a0", 205, 205))).containsExactly(new Session<>("a0", 200, 202));
        assertThat(keys(store.findMergeable("a0", 208, 208))).isEmpty();
        assertThat(keys(store.fetchAll(195, 210)))
                .hasSize(6)
                .allSatisfy(session -> assertThat(session.start()).isBetween(200L, 202L));
        assertThat(store.streamTime()).isEqualTo(304);
    }

    @Test
    void versionedStores() {
        VersionedStore<String, Long> store = test.state(VERSIONS);
        assertThat(store.get("b2")).isEqualTo(new Timestamped<>(23L, 302));
        assertThat(store.get("b2", 301)).isEqualTo(new Timestamped<>(22L, 202));
        assertThat(store.get("b2", 101)).isNull();
        assertThat(store.streamTime()).isEqualTo(302);
    }

    @Test
    void timers() {
        Timers<String> store = test.state(TIMERS);
        assertThat(store.next()).isEqualTo(1_100);
        assertThat(store.isSet("b2", 1_302)).isTrue();
        assertThat(store.isSet("b2", 1_301)).isFalse();
        assertThat(store.until(1_101).toList())
                .containsExactly(
                        Map.entry("a0", 1_100L),
                        Map.entry("b0", 1_100L),
                        Map.entry("a1", 1_101L),
                        Map.entry("b1", 1_101L));
        assertThat(store.streamTime()).isEqualTo(302);
    }
}
