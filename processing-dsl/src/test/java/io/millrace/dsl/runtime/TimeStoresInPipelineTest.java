package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.StateBackend;
import io.millrace.state.StoreSpec;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.state.time.RecordSpec;
import io.millrace.state.time.RecordStore;
import io.millrace.state.time.Session;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.VersionedSpec;
import io.millrace.state.time.VersionedStore;
import io.millrace.state.time.WindowSpec;
import io.millrace.state.time.WindowStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Stores of every kind in a pipeline, with real transactions and changelogs: their state is the changelogs' alone, expiry included. */
class TimeStoresInPipelineTest {
    private static final int ITEMS = 600;
    private static final int CRASHES = 4;
    private static final WindowSpec<String, Long> WINDOWS = WindowSpec.tumbling(
            "windows", Serdes.string(), Serdes.int64(), Duration.ofMillis(10), Duration.ofMillis(50));
    private static final RecordSpec<String, Long> RECORDS =
            RecordSpec.of("records", Serdes.string(), Serdes.int64(), Duration.ofMillis(50));
    private static final SessionSpec<String, Long> SESSIONS =
            SessionSpec.of("sessions", Serdes.string(), Serdes.int64(), Duration.ofMillis(6), Duration.ofMillis(50));
    private static final VersionedSpec<String, Long> VERSIONS =
            VersionedSpec.of("versions", Serdes.string(), Serdes.int64(), Duration.ofMillis(50));
    private static final List<StoreSpec<?>> STORES = List.of(WINDOWS, RECORDS, SESSIONS, VERSIONS);

    @Test
    void whatCrashesLeaveAndWhatTheChangelogsSayIsTheSame() {
        Simulation undisturbed = simulation();
        runToTheEnd(undisturbed);
        long calls = undisturbed.world().storage().callCount();

        Simulation simulation = simulation();
        for (int crash = 1; crash <= CRASHES; crash++) {
            simulation.world().storage().crashAt(calls * crash / (CRASHES + 2));
            try {
                runToTheEnd(simulation);
            } catch (SimulatedCrash expected) {
                simulation.crash(CrashMode.PROCESS);
            }
        }
        runToTheEnd(simulation);
        MemoryBackend lived = simulation.backend(simulation.log().logId());

        MemoryBackend folded = new MemoryBackend(simulation.log().logId());
        Application again = pipeline()
                .start(simulation.log(), AppSettings.of(simulation.world().world(), logId -> folded));
        simulation.runUntilDrained(again);
        assertThat(again.status().recordsConsumed()).isZero();
        again.close();
        for (StoreSpec<?> store : STORES) {
            for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
                assertThat(content(folded, store, partition))
                        .as("%s %d", store.name(), partition)
                        .isEqualTo(content(lived, store, partition))
                        .hasSizeBetween(3, 400);
            }
        }
    }

    private static Simulation simulation() {
        return new Simulation(
                23,
                EmbeddedLogConfig.defaults(),
                settings -> settings.withLoops(2).withTransactionRecords(10).withCommitInterval(Duration.ofMillis(10)));
    }

    private static void runToTheEnd(Simulation simulation) {
        Application app = simulation.start(pipeline());
        simulation.runUntilDrained(app);
        app.close();
    }

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("times");
        builder.ingest(
                "items",
                () -> RecordSource.of(Totals.items(ITEMS)),
                (item, out) -> out.send(Totals.IN, Totals.key(item), item, (long) Math.sqrt(item)));
        builder.stream(Totals.IN)
                .process(
                        "keep",
                        stores -> {
                            WindowStore<String, Long> windows = stores.get(WINDOWS);
                            RecordStore<String, Long> records = stores.get(RECORDS);
                            SessionStore<String, Long> sessions = stores.get(SESSIONS);
                            VersionedStore<String, Long> versions = stores.get(VERSIONS);
                            return (key, value, context) -> {
                                long time = (long) Math.sqrt(value);
                                Long count = windows.fetch(key, time / 10 * 10);
                                windows.put(key, time / 10 * 10, count == null ? 1 : count + 1);
                                records.put(key, time, 0, value);
                                versions.put(key, value, time);
                                merge(sessions, key, time);
                                context.emit(
                                        Totals.TOTAL,
                                        key,
                                        records.fetch(key, time - 20, time).count());
                            };
                        },
                        STORES.toArray(StoreSpec<?>[]::new))
                .output(Totals.TOTAL)
                .to(Totals.OUT);
        return builder.build();
    }

    private static void merge(SessionStore<String, Long> sessions, String key, long time) {
        long start = time;
        long count = 1;
        for (Map.Entry<Session<String>, Long> found :
                sessions.findMergeable(key, time, time).toList()) {
            start = Math.min(start, found.getKey().start());
            count += found.getValue();
            sessions.remove(found.getKey());
        }
        sessions.put(new Session<>(key, start, time), count);
    }

    private static Map<BytesView, BytesView> content(MemoryBackend backend, StoreSpec<?> store, int partition) {
        Map<BytesView, BytesView> content = new TreeMap<>();
        try (StateBackend.Reader reader = backend.newReader(partition)) {
            reader.scan(backend.openStore(store.name()), (key, value) -> {
                content.put(key.copy(), value.copy());
                return true;
            });
        }
        return content;
    }
}
