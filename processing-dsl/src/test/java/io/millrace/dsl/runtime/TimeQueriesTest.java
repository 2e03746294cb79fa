package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.GroupedStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Queries;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.StorePartition;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.Entries;
import io.millrace.state.StateBackend;
import io.millrace.state.StateException;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.WindowStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Windows and sessions of ranges of keys: of what is committed, wherever it is, and nothing is left open. */
class TimeQueriesTest {
    private static final int KEYS = 60;
    private static final Duration EVER = Duration.ofDays(1);
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(3);

    private final Simulation simulation = new Simulation(13);
    private final AtomicInteger snapshots = new AtomicInteger();
    /** Called with each record, in its transaction. */
    private final AtomicReference<Runnable> inTransaction = new AtomicReference<>(() -> {});

    private Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("app");
        GroupedStream<String, Long> grouped = builder.stream(IN).groupByKey();
        grouped.windowedBy(TimeWindows.tumbling(Duration.ofMillis(100)).withGrace(EVER))
                .count("windows")
                .toStream()
                .forEach((window, count) -> inTransaction.get().run());
        grouped.windowedBy(SessionWindows.withGap(Duration.ofMillis(100)).withGrace(EVER))
                .count("sessions");
        grouped.windowedBy(SlidingWindows.ofTimeDifference(Duration.ofMillis(9)).withGrace(EVER))
                .count("slides");
        grouped.count("counts");
        return builder.build();
    }

    private Application start(String instance) {
        return pipeline()
                .start(
                        simulation.log(),
                        AppSettings.of(simulation.world().world(), logId -> counting(new MemoryBackend(logId))),
                        instance);
    }

    private Application filled() {
        Application app = start("");
        for (int i = 0; i < KEYS; i++) {
            send(key(i));
        }
        simulation.runUntilDrained(app);
        return app;
    }

    private static String key(int number) {
        return "k" + (100 + number);
    }

    private void send(String key) {
        try (LogProducer producer = simulation.log().producer()) {
            var ignored = producer.send(new ProducerRecord(
                    IN.name(),
                    null,
                    50L,
                    TestBytes.of(Serdes.string(), key),
                    TestBytes.of(Serdes.int64(), 1L),
                    List.of()));
        }
    }

    /** A backend whose open snapshots are counted: what a view keeps open. */
    private StateBackend counting(StateBackend backend) {
        return twin(StateBackend.class, backend, (method, answer) -> {
            if (method.equals("newSnapshot")) {
                snapshots.incrementAndGet();
                return twin(StateBackend.Reader.class, (StateBackend.Reader) answer, (called, nothing) -> {
                    if (called.equals("close")) {
                        snapshots.decrementAndGet();
                    }
                    return nothing;
                });
            }
            return answer;
        });
    }

    private interface Answering {
        @Nullable Object answer(String method, @Nullable Object answer);
    }

    private static <T> T twin(Class<T> type, T original, Answering answering) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                    try {
                        return answering.answer(method.getName(), method.invoke(original, given));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private static WindowStore<String, Long> windows(Application app) {
        return app.queries().windows("windows", Serdes.string(), Serdes.int64());
    }

    private static SessionStore<String, Long> sessions(Application app) {
        return app.queries().sessions("sessions", Serdes.string(), Serdes.int64());
    }

    private static WindowStore<String, Long> slides(Application app) {
        return app.queries().windows("slides", Serdes.string(), Serdes.int64());
    }

    @Test
    void whatIsStagedIsSeenByNobodyOutside() {
        Application app = filled();
        List<Long> seen = new ArrayList<>();
        inTransaction.set(() -> {
            windows(app).all().forEach((window, count) -> seen.add(count));
            sessions(app).fetch("k", "l").forEach((session, count) -> seen.add(count));
            slides(app).fetch("k", null, 0, 100).reversed().forEach((window, count) -> seen.add(count));
        });
        send(key(7));
        simulation.runUntilDrained(app);
        assertThat(seen)
                .as("three answers in the transaction")
                .hasSize(3 * KEYS)
                .containsOnly(1L);
        inTransaction.set(() -> {});
        assertThat(windows(app).fetch(key(7), 0)).isEqualTo(2);
        assertThat(sessions(app).fetch(key(7), key(8)).toList())
                .extracting(Map.Entry::getValue)
                .containsExactly(2L);
        app.close();
    }

    @Test
    void nothingStaysOpenHoweverAQuestionEnds() {
        Application app = filled();
        List<Entries<?, ?>> questions = List.of(
                windows(app).all(),
                windows(app).fetch("k", null, 0, 100),
                windows(app).fetch(key(1), 0, 100),
                sessions(app).all().reversed(),
                sessions(app).fetch("k1", "k2"),
                sessions(app).fetch(key(1)),
                slides(app).fetchAll(0, 100));
        int before = snapshots.get();
        for (Entries<?, ?> question : questions) {
            assertThat(question.count()).isPositive();
            assertThat(question.first()).isPresent();
            assertThatThrownBy(() -> question.forEach((key, value) -> {
                        assertThat(snapshots.get()).isGreaterThan(before);
                        throw new IllegalStateException("enough");
                    }))
                    .hasMessage("enough");
            assertThat(snapshots).hasValue(before);
        }
        Application other = start("other");
        simulation.world().runFor(Duration.ofMinutes(1));
        int apart = snapshots.get();
        for (Entries<?, ?> question : questions) {
            try {
                assertThat(question.count()).as("of the key that is here").isEqualTo(1);
            } catch (StateException e) {
                assertThat(e.kind()).isEqualTo(StateException.Kind.NOT_HERE);
            }
            assertThat(snapshots).hasValue(apart);
        }
        other.close();
        app.close();
    }

    @Test
    void partitionsThatMoveWhileTheyAreReadAreReadToTheirEnd() {
        Application app = filled();
        for (Entries<?, Long> question : List.of(
                windows(app).all(), sessions(app).fetch("k", null), slides(app).fetch("k", "l", 0, 100))) {
            List<Long> found = new ArrayList<>();
            List<Application> others = new ArrayList<>();
            question.forEach((key, count) -> {
                if (found.isEmpty()) {
                    others.add(start("other"));
                    simulation.world().runFor(Duration.ofMinutes(1));
                    for (int i = 0; i < KEYS; i++) {
                        send(key(i));
                    }
                    simulation.world().runFor(Duration.ofMinutes(1));
                    assertThatThrownBy(question::count)
                            .isInstanceOfSatisfying(
                                    StateException.class,
                                    e -> assertThat(e.kind()).isEqualTo(StateException.Kind.NOT_HERE));
                }
                found.add(count);
            });
            assertThat(found).hasSize(KEYS);
            assertThat(found.stream().distinct()).as("of one moment").hasSize(1);
            others.forEach(Application::close);
            simulation.world().runFor(Duration.ofMinutes(1));
        }
        app.close();
    }

    @Test
    void aKeyIsAnsweredByTheInstanceThatHasItAndTheOthersSayWhere() {
        Application app = filled();
        Application other = start("10.0.0.5_8080");
        simulation.world().runFor(Duration.ofMinutes(1));
        List<StorePartition> partitions = app.queries().partitions("counts");
        assertThat(partitions).extracting(StorePartition::partition).containsExactly(0, 1, 2);
        assertThat(partitions).extracting(StorePartition::isHere).contains(true, false);
        for (int i = 0; i < KEYS; i++) {
            String key = key(i);
            StorePartition place = app.queries().partitionOf("counts", Serdes.string(), key);
            StorePartition there = other.queries().partitionOf("counts", Serdes.string(), key);
            assertThat(there.partition()).isEqualTo(place.partition());
            assertThat(there.isHere()).isNotEqualTo(place.isHere());
            assertThat(place.instance()).isEqualTo(there.instance()).hasValue(place.isHere() ? "" : "10.0.0.5_8080");
            Queries owner = place.isHere() ? app.queries() : other.queries();
            Queries stranger = place.isHere() ? other.queries() : app.queries();
            assertThat(owner.keyValue("counts", Serdes.string(), Serdes.int64()).get(key))
                    .isEqualTo(1);
            assertThat(owner.windows("windows", Serdes.string(), Serdes.int64())
                            .fetch(key, 0, 100)
                            .count())
                    .isEqualTo(1);
            assertThat(owner.sessions("sessions", Serdes.string(), Serdes.int64())
                            .fetch(key, 50, 60)
                            .count())
                    .isEqualTo(1);
            List<Integer> elsewhere = stranger.partitions("windows").stream()
                    .filter(partition -> !partition.isHere())
                    .map(StorePartition::partition)
                    .toList();
            assertThatThrownBy(() -> stranger.windows("windows", Serdes.string(), Serdes.int64())
                            .fetch(key, 0, 100)
                            .count())
                    .isInstanceOf(StateException.class)
                    .hasMessageStartingWith(
                            "The answer may be in partitions " + elsewhere
                                    + " of store 'windows', which cannot be asked now: queries().partitions(\"windows\") says which"
                                    + " instance has each, and queries().partitionOf(\"windows\", keySerde, key) in which one a key is.");
        }
        other.close();
        simulation.world().runFor(Duration.ofMinutes(1));
        assertThat(app.queries().partitions("counts")).allMatch(StorePartition::isHere);
        app.close();
        assertThat(app.queries().partitions("counts"))
                .allMatch(partition -> !partition.isHere())
                .extracting(StorePartition::instance)
                .containsOnly(Optional.empty());
    }

    @Test
    void whereAKeyIsIsAskedWithItsOwnSerde() {
        Application app = filled();
        assertThatThrownBy(() -> app.queries().partitionOf("counts", Serdes.int64(), 1L))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The keys of store 'counts' are utf8, not int64: ask where one is with the serde that its bytes"
                                + " are made with");
        assertThatThrownBy(() -> app.queries().partitions("cuonts"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no store 'cuonts'; it has [counts, ");
        app.close();
    }

    @Test
    void slidingWindowsAreAskedByTheirStoresName() {
        Application app = filled();
        assertThat(slides(app).fetch(key(3), 41)).isEqualTo(1);
        assertThat(slides(app).fetch(key(3), 0, 100).first())
                .hasValueSatisfying(entry -> assertThat(entry.getKey().end()).isEqualTo(51));
        assertThatThrownBy(() -> app.queries().keyValue("slides", Serdes.string(), Serdes.int64()))
                .hasMessage("Store 'slides' does not hold values by key: it is of kind 'sliding windows'. Ask for it by"
                        + " queries().windows(\"slides\", keySerde, valueSerde)");
        assertThatThrownBy(() -> slides(app).put(key(3), 41, 2L)).isInstanceOf(UnsupportedOperationException.class);
        app.close();
    }

    @Test
    void keysWithoutAnOrderAreRefusedRanges() {
        Application app = filled();
        WindowStore<String, Long> unordered = app.queries().windows("windows", new Unordered(), Serdes.int64());
        assertThat(unordered.all().count()).isEqualTo(KEYS);
        assertThatThrownBy(() -> unordered.fetch("a", "b", 0, 100))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("has no ranges of keys: its keys are utf8, whose bytes do not sort");
        assertThat(app.queries()
                        .windows("windows", OrderedSerdes.inByteOrder(new Unordered()), Serdes.int64())
                        .fetch(key(1), key(3), 0, 100)
                        .count())
                .isEqualTo(2);
        app.close();
    }

    /** Text of which nobody says that it sorts. */
    private static final class Unordered implements Serde<String> {
        @Override
        public void write(String value, BytesWriter out) {
            Serdes.string().write(value, out);
        }

        @Override
        public String read(BytesView in) {
            return Serdes.string().read(in);
        }

        @Override
        public String name() {
            return Serdes.string().name();
        }
    }
}
