package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueStore;
import io.millrace.state.SortedSpec;
import io.millrace.state.SortedStore;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import io.millrace.state.time.RecordSpec;
import io.millrace.state.time.RecordStore;
import io.millrace.state.time.Session;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.TimedKey;
import io.millrace.state.time.VersionedSpec;
import io.millrace.state.time.VersionedStore;
import io.millrace.state.time.WindowSpec;
import io.millrace.state.time.WindowStore;
import io.millrace.state.time.Windowed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Committed state, over all partitions, of every kind of store. */
class PipelineTestStateTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final SortedSpec<String, Long> SORTED =
            StoreSpec.sorted("sorted", OrderedSerdes.string(), Serdes.int64());
    private static final WindowSpec<String, Long> WINDOWS =
            WindowSpec.tumbling("windows", Serdes.string(), Serdes.int64(), Duration.ofMillis(10), HOUR);
    private static final SessionSpec<String, Long> SESSIONS =
            SessionSpec.of("sessions", Serdes.string(), Serdes.int64(), Duration.ofMillis(10), HOUR);
    private static final RecordSpec<String, Long> RECORDS =
            RecordSpec.of("records", Serdes.string(), Serdes.int64(), HOUR);
    private static final VersionedSpec<String, Long> VERSIONS =
            VersionedSpec.of("versions", Serdes.string(), Serdes.int64(), HOUR);
    private static final Topic<String, Long> NUMBERS = Sums.NUMBERS;

    /** Keeps the newest number of a key in every kind of store, at the number's own time. */
    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("keep");
        builder.stream(NUMBERS)
                .process(
                        "keep",
                        stores -> {
                            SortedStore<String, Long> sorted = stores.get(SORTED);
                            WindowStore<String, Long> windows = stores.get(WINDOWS);
                            SessionStore<String, Long> sessions = stores.get(SESSIONS);
                            RecordStore<String, Long> records = stores.get(RECORDS);
                            VersionedStore<String, Long> versions = stores.get(VERSIONS);
                            return (key, value, context) -> {
                                sorted.put(key, value);
                                windows.put(key, value / 10 * 10, value);
                                sessions.put(new Session<>(key, value, value), value);
                                records.put(key, value, 0, value);
                                versions.put(key, value, value);
                            };
                        },
                        SORTED,
                        WINDOWS,
                        SESSIONS,
                        RECORDS,
                        VERSIONS);
        return builder.build();
    }

    /** Key {@code k0} in partition 0 with 1, {@code k1} in partition 1 with 11 and so on. */
    private static PipelineTest filled() {
        PipelineTest test = PipelineTest.of(pipeline());
        for (int partition = 0; partition < 3; partition++) {
            test.input(NUMBERS).toPartition(partition).send("k" + partition, 10L * partition + 1);
        }
        test.run();
        return test;
    }

    @Test
    void sortedStoresAreReadOverAllPartitionsInEitherDirection() {
        try (PipelineTest test = filled()) {
            SortedStore<String, Long> sorted = test.state(SORTED);
            assertThat(sorted.get("k2")).isEqualTo(21);
            assertThat(sorted.get("k9")).isNull();
            assertThat(sorted.all().toList())
                    .containsExactly(Map.entry("k0", 1L), Map.entry("k1", 11L), Map.entry("k2", 21L));
            assertThat(sorted.all().reversed().limited(2)).containsExactly(Map.entry("k2", 21L), Map.entry("k1", 11L));
            assertThat(sorted.range("k0", "k2").toList()).hasSize(2);
            assertThat(sorted.atLeast("k1").toList()).hasSize(2);
            assertThat(sorted.before("k1").toList()).hasSize(1);
            assertThat(sorted.all().first()).contains(Map.entry("k0", 1L));
            assertThat(sorted.approximateCount()).isPositive();
            assertThat(test.state(SORTED, 1).all().toList()).containsExactly(Map.entry("k1", 11L));
            assertThatThrownBy(() -> sorted.put("k", 1L))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("send records");
        }
    }

    @Test
    void storesOfTimesAreReadOverAllPartitions() {
        try (PipelineTest test = filled()) {
            WindowStore<String, Long> windows = test.state(WINDOWS);
            assertThat(windows.fetch("k2", 20)).isEqualTo(21);
            assertThat(windows.fetch("k1", 0, 100).toList()).hasSize(1);
            assertThat(windows.fetchAll(10, 20).toList()).hasSize(2);
            assertThat(windows.streamTime()).isEqualTo(20);
            SessionStore<String, Long> sessions = test.state(SESSIONS);
            assertThat(sessions.fetch("k1").toList()).containsExactly(Map.entry(new Session<>("k1", 11, 11), 11L));
            assertThat(sessions.findMergeable("k0", 5, 5).toList()).hasSize(1);
            assertThat(sessions.fetchAll(0, 12).toList()).hasSize(2);
            RecordStore<String, Long> records = test.state(RECORDS);
            assertThat(records.fetch("k2", 0, 30).toList()).hasSize(1);
            assertThat(records.fetchAll(0, 30).toList()).hasSize(3);
            VersionedStore<String, Long> versions = test.state(VERSIONS);
            assertThat(versions.get("k1")).isEqualTo(new Timestamped<>(11L, 11));
            assertThat(versions.get("k1", 10)).isNull();
            assertThat(versions.get("k1", 12)).isEqualTo(new Timestamped<>(11L, 11));
        }
    }

    @Test
    void aStoreIsAlsoReadByItsName() {
        try (PipelineTest test = filled()) {
            assertThat(test.state("sorted")).isEqualTo(Map.of("k0", 1L, "k1", 11L, "k2", 21L));
            assertThat(test.state("windows")).hasSize(3).containsEntry(new Windowed<>("k1", 10, 20), 11L);
            assertThat(test.state("sessions")).containsEntry(new Session<>("k2", 21, 21), 21L);
            assertThat(test.state("records")).containsEntry(new TimedKey<>("k0", 1, 0), 1L);
            assertThat(test.state("versions")).isEqualTo(Map.of("k0", 1L, "k1", 11L, "k2", 21L));
            assertThatThrownBy(() -> test.state("other"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no store 'other', but [sorted, windows");
        }
    }

    @Test
    void aKeyOfSeveralPartitionsIsNotReadByNameAlone() {
        try (PipelineTest test = filled()) {
            test.input(NUMBERS).toPartition(0).send("k1", 5L);
            test.run();
            assertThat(test.state(SORTED).get("k1")).isEqualTo(5);
            assertThat(test.state(SORTED, 1).get("k1")).isEqualTo(11);
            assertThatThrownBy(() -> test.state("sorted")).hasMessageContaining("in several partitions");
        }
    }

    @Test
    void anAnswerIsWhatIsCommittedWhenItIsAsked() {
        try (PipelineTest test = filled()) {
            KeyValueStore<String, Long> sorted = test.state(SORTED);
            test.input(NUMBERS).toPartition(1).send("k1", 19L);
            assertThat(sorted.get("k1")).isEqualTo(11);
            test.run();
            assertThat(sorted.get("k1")).isEqualTo(19);
            test.crashAndRestart();
            assertThatThrownBy(() -> sorted.get("k1"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("No instance has partition 0 of store 'sorted'");
            test.run();
            assertThat(sorted.get("k1")).isEqualTo(19);
        }
    }

    @Test
    void aTestThatAsksWronglyIsTold() {
        try (PipelineTest test = PipelineTest.of(pipeline())) {
            assertThatThrownBy(() -> test.state(SORTED))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("run()");
        }
        try (PipelineTest test = filled()) {
            assertThatThrownBy(() -> test.state(SORTED, 3)).hasMessageContaining("has 3 partitions");
            assertThatThrownBy(() -> test.state(StoreSpec.keyValue("sorted", Serdes.string(), Serdes.int64()))
                            .get("k"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was declared otherwise");
        }
    }

    @Test
    void stateMayRestInRocksDb(@TempDir Path directory) {
        PipelineTestSettings settings = PipelineTestSettings.defaults()
                .withInstances(2)
                .withStateBackends((logId, instance) ->
                        RocksBackend.open(directory.resolve("state-" + instance), logId, RocksConfig.defaults()));
        Map<String, Long> expected = new HashMap<>();
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), settings)) {
            for (String key : List.of("a", "b", "c")) {
                test.input(Sums.NUMBERS).send(key, 1L);
                test.run();
                test.crashAndRestart();
                test.input(Sums.NUMBERS).send(key, 2L);
                expected.put(key, 3L);
            }
            test.run();
            assertThat(test.state("sum")).isEqualTo(expected);
        }
        assertThat(directory.resolve("state-0")).isDirectory();
        assertThat(directory.resolve("state-1")).isDirectory();
    }
}
