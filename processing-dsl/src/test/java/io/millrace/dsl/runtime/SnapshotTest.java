package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.StateUsage;
import io.millrace.state.MemoryBudget;
import io.millrace.state.StateException;
import io.millrace.state.StateSnapshot;
import io.millrace.state.StateView;
import io.millrace.state.StoredPartition;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of an application's state, taken while it runs. */
class SnapshotTest {
    private static final MemoryBudget MEMORY = new MemoryBudget(64 << 20);
    private static final Pipeline PIPELINE = Totals.pipeline(Totals.items(400));

    private final Simulation simulation = new Simulation(5);

    @TempDir
    private Path directory;

    @Test
    void isGoneOnFromByAnApplicationThatReplaysWhatCameLater() {
        Application app = start("state", 40);
        runUntilConsumed(app, 60);
        StateSnapshot snapshot = app.snapshot(directory.resolve("snapshot"));
        simulation.runUntilDrained(app);
        app.close();

        assertThat(snapshot.logId()).isEqualTo(simulation.log().logId());
        assertThat(snapshot.directory()).isEqualTo(directory.resolve("snapshot"));
        assertThat(snapshot.partitions()).extracting(StoredPartition::store).containsOnly("totals");
        assertThat(snapshot.partitions()).extracting(StoredPartition::partition).isSorted();
        Map<Integer, Long> positions = new HashMap<>();
        try (RocksBackend opened = open("snapshot", simulation.log().logId())) {
            opened.stored().forEach(stored -> positions.put(stored.partition(), stored.position()));
        }
        assertThat(positions).isNotEmpty();
        snapshot.partitions()
                .forEach(stored -> assertThat(stored.position()).isEqualTo(positions.get(stored.partition())));

        Application again = start("snapshot", 40);
        simulation.runUntilDrained(again);
        assertThat(again.status().recordsConsumed()).isZero();
        assertThat(again.status().restoring().recordsRestored()).isPositive();
        assertThat(again.status().restoring().fraction()).isEqualTo(1);
        for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
            Map<String, Long> expected = Totals.totals(LogReading.texts(simulation.log(), Totals.IN, partition));
            Map<String, Long> found = new HashMap<>();
            try (StateView view = again.view(Totals.TOTALS, partition)) {
                for (int key = 0; key < 5; key++) {
                    Long total = view.store(Totals.TOTALS).get("k" + key);
                    if (total != null) {
                        found.put("k" + key, total);
                    }
                }
            }
            assertThat(found).isEqualTo(expected);
        }
        again.close();
    }

    @Test
    void hasWhatWasCommittedWhenItWasAskedFor() {
        Application app = start("state", 40);
        simulation.runUntilDrained(app);
        StateSnapshot snapshot = app.snapshot(directory.resolve("snapshot"));
        for (StoredPartition stored : snapshot.partitions()) {
            try (StateView view = app.view(Totals.TOTALS, stored.partition())) {
                assertThat(view.position("totals")).hasValue(stored.position());
            }
        }
        app.close();
        Application again = start("snapshot", 40);
        simulation.runUntilDrained(again);
        assertThat(again.status().restoring().recordsRestored()).isZero();
        again.close();
    }

    @Test
    void isRefusedWithWhatToDo() {
        Application app = start("state", 40);
        runUntilConsumed(app, 1);
        app.snapshot(directory.resolve("there"));
        assertThatThrownBy(() -> app.snapshot(directory.resolve("there")))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("there is something already; choose a directory that does not exist");
        assertThatThrownBy(() -> app.snapshot(directory.resolve("no/where")))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("the directory in which it is to be is not there; make that first");
        simulation.runUntilDrained(app);
        app.close();
        assertThatThrownBy(() -> app.snapshot(directory.resolve("late")))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("is closed");

        Application inMemory = simulation.start(PIPELINE);
        assertThatThrownBy(() -> inMemory.snapshot(directory.resolve("memory")))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("keep it in a RocksBackend");
        inMemory.close();
    }

    /** RocksDB removes what it does not know from its directory. */
    @Test
    void isNotMadeWithinTheStateItself() {
        Application app = start("state", 40);
        for (Path inside : List.of(
                directory.resolve("state/snapshot"), directory.resolve("state"), directory.resolve("no/../state/s"))) {
            assertThatThrownBy(() -> app.snapshot(inside))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is within the state that it is to be of")
                    .hasMessageContaining("choose a directory beside it");
        }
        app.snapshot(directory.resolve("state-of-today"));
        app.close();
    }

    @Test
    void oneNumberDecidesWhatTheStateAndItsBackendTake() {
        MemoryBudget little = new MemoryBudget(16 << 20);
        AppSettings settings = AppSettings.of(
                        simulation.world().world(),
                        (logId, memory) ->
                                RocksBackend.open(directory.resolve("little"), logId, RocksConfig.within(memory)))
                .withStateMemory(little);
        Application app = PIPELINE.start(simulation.log(), settings);
        assertThat(app.stateUsage().budget()).isEqualTo(little);
        assertThat(app.stateUsage().memory().backend().limitBytes()).isEqualTo(little.backendBytes());
        app.close();
    }

    @Test
    void anApplicationTellsWhatItsStateUsesOfItsMemory() {
        Application app = start("state", 1_000_000);
        assertThat(simulation.world().runUntil(() -> app.stateUsage().stagedBytes() > 0, Duration.ofHours(1)))
                .isTrue();
        StateUsage usage = app.stateUsage();
        assertThat(usage.budget()).isEqualTo(MEMORY);
        assertThat(usage.memory().backend().limitBytes()).isEqualTo(MEMORY.backendBytes());
        assertThat(usage.memory().backend().totalBytes()).isPositive();
        simulation.runUntilDrained(app);
        StateUsage after = app.stateUsage();
        assertThat(after.stagedBytes()).isZero();
        assertThat(after.memory().committedBytes() + after.memory().backend().writeBufferBytes())
                .isPositive();
        assertThat(after.totalBytes()).isEqualTo(after.memory().totalBytes()).isLessThan(MEMORY.bytes());
        app.close();
    }

    private Application start(String state, int transactionRecords) {
        AppSettings settings = AppSettings.of(simulation.world().world(), logId -> open(state, logId))
                .withStateMemory(MEMORY)
                .withTransactionRecords(transactionRecords);
        return PIPELINE.start(simulation.log(), settings);
    }

    private RocksBackend open(String state, String logId) {
        return RocksBackend.open(directory.resolve(state), logId, RocksConfig.within(MEMORY));
    }

    private void runUntilConsumed(Application app, int records) {
        assertThat(simulation.world().runUntil(() -> app.status().recordsConsumed() >= records, Duration.ofHours(1)))
                .isTrue();
    }
}
