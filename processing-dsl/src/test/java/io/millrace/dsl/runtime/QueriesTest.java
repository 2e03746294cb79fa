package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Queries;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueStore;
import io.millrace.state.SortedSpec;
import io.millrace.state.StateException;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.state.time.Session;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.WindowStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What an application answers of its stores. */
class QueriesTest {
    private static final int PARTITIONS = 3;
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(PARTITIONS);
    private static final SortedSpec<Long, String> BY_VALUE =
            StoreSpec.sorted("by-value", OrderedSerdes.int64(), Serdes.string());

    private static final SessionSpec<String, Timestamped<Long>> TIMED_SESSIONS = SessionSpec.of(
            "timed-sessions",
            Serdes.string(),
            Timestamped.serde(Serdes.int64()),
            Duration.ofMillis(5),
            Duration.ofHours(1));

    private final Simulation simulation = new Simulation(9);

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.ingest(
                "items",
                () -> RecordSource.of(Totals.items(30)),
                (item, out) -> out.send(IN, Totals.key(item), item, item));
        EventStream<String, Long> in = builder.stream(IN);
        in.groupByKey().count("counts");
        in.groupByKey().windowedBy(TimeWindows.tumbling(Duration.ofMillis(100))).count("windows");
        in.groupByKey()
                .windowedBy(SessionWindows.withGap(Duration.ofMillis(200)))
                .count("sessions");
        in.process(
                "sort",
                stores -> {
                    KeyValueStore<Long, String> sorted = stores.get(BY_VALUE);
                    return (key, value, context) -> sorted.put(value, key);
                },
                BY_VALUE);
        in.process("keep", stores -> (key, value, context) -> {}, TIMED_SESSIONS);
        return builder.build();
    }

    @Test
    void aViewOfWhatThereIsNotSaysWhatThereIs() {
        Application app = simulation.start(pipeline());
        simulation.runUntilDrained(app);
        assertThatThrownBy(() -> app.view(StoreSpec.keyValue("nope", Serdes.string(), Serdes.int64()), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Application 'app' has no store 'nope'; it has [by-value, counts, sessions, timed-sessions, windows]");
        for (int partition : new int[] {-1, PARTITIONS, 9}) {
            assertThatThrownBy(() -> app.view(BY_VALUE, partition))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Store 'by-value' of application 'app' has no partition " + partition
                            + ": it has 3, numbered from 0");
        }
        app.view(BY_VALUE, PARTITIONS - 1).close();
        app.close();
    }

    @Test
    void keysRangesWindowsAndSessionsAreAnsweredOverAllPartitions() {
        Application app = simulation.start(pipeline());
        simulation.runUntilDrained(app);
        Queries queries = app.queries();
        assertThat(queries.stores()).contains("by-value", "counts", "sessions", "windows");

        KeyValueStore<String, Long> counts = queries.keyValue("counts", Serdes.string(), Serdes.int64());
        Map<String, Long> expected = new HashMap<>();
        Totals.items(30).forEach(item -> expected.merge(Totals.key(item), 1L, Long::sum));
        assertThat(counts.get("k1")).isEqualTo(expected.get("k1"));
        assertThat(counts.get("nobody")).isNull();
        Map<String, Long> all = new HashMap<>();
        counts.forEach(all::put);
        assertThat(all).isEqualTo(expected);
        List<Map.Entry<String, Long>> reversed = new ArrayList<>(counts.all().toList());
        Collections.reverse(reversed);
        assertThat(reversed).hasSize(expected.size());
        assertThat(counts.all().reversed().toList()).isEqualTo(reversed);

        assertThat(queries.store(BY_VALUE).range(16L, 50L).toList())
                .extracting(Map.Entry::getKey)
                .containsExactly(16L, 25L, 36L, 49L);
        assertThat(queries.keyValue("by-value", OrderedSerdes.int64(), Serdes.string())
                        .get(16L))
                .isEqualTo("k1");

        WindowStore<String, Long> windows = queries.windows("windows", Serdes.string(), Serdes.int64());
        assertThat(windows.fetch("k1", 800)).as("841 alone").isEqualTo(1);
        assertThat(windows.fetch("k1", 850, 900).toList()).isEmpty();
        assertThat(windows.fetch("k1", 700, 900).toList())
                .extracting(entry -> entry.getKey().start())
                .contains(800L);

        SessionStore<String, Long> sessions = queries.sessions("sessions", Serdes.string(), Serdes.int64());
        List<Map.Entry<Session<String>, Long>> found = sessions.fetch("k1").toList();
        assertThat(found.stream().mapToLong(Map.Entry::getValue).sum()).isEqualTo(expected.get("k1"));

        assertThat(CompletableFuture.supplyAsync(() -> counts.get("k1")).join()).isEqualTo(expected.get("k1"));
        assertThatThrownBy(() -> counts.put("k1", 1L))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("is read here and not changed");
        app.close();
    }

    @Test
    void whatIsAskedWronglyIsToldWithWhatThereIs() {
        Application app = simulation.start(pipeline());
        simulation.runUntilDrained(app);
        Queries queries = app.queries();
        assertThatThrownBy(() -> queries.keyValue("cuonts", Serdes.string(), Serdes.int64()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Application 'app' has no store 'cuonts'; it has [by-value, counts, sessions, ");
        assertThatThrownBy(() -> queries.keyValue("counts", Serdes.int64(), Serdes.string()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its keys are utf8, not int64, its values are int64, not utf8");
        assertThatThrownBy(() -> queries.windows("counts", Serdes.string(), Serdes.int64()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Store 'counts' does not hold windows: it is of kind 'key-value'. Ask for it by"
                        + " queries().keyValue(\"counts\", keySerde, valueSerde), or, for ranges of keys, by"
                        + " queries().sorted(\"counts\", keySerde, valueSerde)");
        assertThatThrownBy(() -> queries.keyValue("windows", Serdes.string(), Serdes.int64()))
                .hasMessage("Store 'windows' does not hold values by key: it is of kind 'windows'. Ask for it by"
                        + " queries().windows(\"windows\", keySerde, valueSerde)");
        assertThatThrownBy(() -> queries.sessions("windows", Serdes.string(), Serdes.int64()))
                .hasMessageStartingWith("Store 'windows' does not hold sessions: it is of kind 'windows'");
        assertThatThrownBy(() -> queries.sessions("timed-sessions", Serdes.string(), Serdes.int64()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The values of store 'timed-sessions' are kept with times");
        assertThat(queries.sessions("timed-sessions", Serdes.string(), Timestamped.serde(Serdes.int64()))
                        .fetch("k1")
                        .toList())
                .isEmpty();
        assertThatThrownBy(() -> queries.store(StoreSpec.keyValue("by-value", Serdes.int64(), Serdes.int64())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "was declared otherwise than it is asked for: the key was ordered-int64 and is int64");
        assertMissingPartsAreTold(queries);
        KeyValueStore<String, Long> counts = queries.keyValue("counts", Serdes.string(), Serdes.int64());
        app.close();
        assertThatThrownBy(() -> counts.get("k1"))
                .isInstanceOfSatisfying(
                        StateException.class,
                        closed -> assertThat(closed.kind()).isEqualTo(StateException.Kind.CLOSED))
                .hasMessage("Application 'app' is closed: its stores answer no more; ask one that runs");
    }

    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // null is what is tested
    private static void assertMissingPartsAreTold(Queries queries) {
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> queries.keyValue(null, Serdes.string(), Serdes.int64()),
                () -> queries.sorted(null, OrderedSerdes.string(), Serdes.int64()),
                () -> queries.versions(null, Serdes.string(), Serdes.int64()),
                () -> queries.windows(null, Serdes.string(), Serdes.int64()),
                () -> queries.sessions(null, Serdes.string(), Serdes.int64()),
                () -> queries.partitions(null),
                () -> queries.partitionOf(null, Serdes.string(), "k1"))) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("No name was given of the store of application 'app' to ask; it has [");
        }
        Map.<String, ThrowingCallable>of(
                        "The key serde that store 'counts' is asked with is missing",
                        () -> queries.keyValue("counts", null, Serdes.int64()),
                        "The value serde that store 'counts' is asked with is missing",
                        () -> queries.sorted("counts", OrderedSerdes.string(), null),
                        "The value serde that store 'windows' is asked with is missing",
                        () -> queries.windows("windows", Serdes.string(), null),
                        "The key serde that store 'sessions' is asked with is missing",
                        () -> queries.sessions("sessions", null, Serdes.int64()),
                        "The key serde that store 'by-value' is asked with is missing",
                        () -> queries.partitionOf("by-value", null, 1L),
                        "The specification of the store to ask is missing",
                        () -> queries.store(null))
                .forEach((message, call) -> assertThatThrownBy(call)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith(message));
    }

    @Test
    void anAnswerThatMayBeElsewhereIsNoAnswer() {
        Application app = simulation.start(pipeline());
        KeyValueStore<String, Long> counts = app.queries().keyValue("counts", Serdes.string(), Serdes.int64());
        assertThatThrownBy(() -> counts.get("k1"))
                .as("nothing runs yet")
                .satisfies(QueriesTest::isNotHere)
                .hasMessageContaining(" Application 'app' is CREATED: ");
        simulation.runUntilDrained(app);
        Application other = pipeline()
                .start(simulation.log(), AppSettings.of(simulation.world().world(), MemoryBackend::new), "other");
        simulation.world().runFor(Duration.ofMinutes(1));
        KeyValueStore<String, Long> there = other.queries().keyValue("counts", Serdes.string(), Serdes.int64());
        for (int key = 0; key < 5; key++) {
            String asked = "k" + key;
            if (Totals.items(30).stream().anyMatch(item -> Totals.key(item).equals(asked))) {
                assertThat(isAnswered(counts, asked)).isNotEqualTo(isAnswered(there, asked));
            }
        }
        assertThatThrownBy(() -> counts.get("nobody")).satisfies(QueriesTest::isNotHere);
        assertThatThrownBy(() -> counts.all().count()).satisfies(QueriesTest::isNotHere);
        assertThatThrownBy(() -> there.all().count())
                .satisfies(QueriesTest::isNotHere)
                .hasMessageStartingWith("Instance 'other' of application 'app' is RUNNING: ");
        other.close();
        app.close();
    }

    private static boolean isAnswered(KeyValueStore<String, Long> counts, String key) {
        try {
            return counts.get(key) != null;
        } catch (StateException e) {
            isNotHere(e);
            return false;
        }
    }

    private static void isNotHere(Throwable refused) {
        assertThat(refused)
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.kind()).isEqualTo(StateException.Kind.NOT_HERE));
    }
}
