package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.state.StateException;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** State that is not this log's, or ahead of it, is refused; state that is behind is brought up. */
class StateOwnershipTest {
    private static final Pipeline PIPELINE = Totals.pipeline(Totals.items(20));

    private final Simulation simulation = new Simulation(11);

    @Test
    void stateOfAnotherLogIsRefused() {
        AppSettings settings =
                AppSettings.of(simulation.world().world(), logId -> new MemoryBackend("another than " + logId));
        assertThatThrownBy(() -> PipelineRuntime.start(PIPELINE, simulation.log(), settings))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("The state belongs to log another");
    }

    @Test
    void stateAheadOfItsChangelogIsRefused() {
        MemoryBackend backend = simulation.backend(simulation.log().logId());
        int store = backend.openStore(Totals.TOTALS.name());
        backend.write(sink -> sink.position(store, 1, 1_000_000));
        Application app = simulation.start(PIPELINE);
        simulation.world().runUntil(() -> app.failure().isPresent(), Duration.ofHours(1));
        assertThat(app.failure().orElseThrow())
                .hasMessageContaining("store 'totals', partition 1, stands at offset 1000000")
                .hasMessageContaining("the log has lost acknowledged records");
        app.close();
    }

    @Test
    void emptyStateIsFilledFromTheChangelog() {
        Application app = simulation.start(PIPELINE);
        simulation.runUntilDrained(app);
        app.close();
        MemoryBackend fresh = new MemoryBackend(simulation.log().logId());
        AppSettings settings = AppSettings.of(simulation.world().world(), logId -> fresh);
        Application again = PipelineRuntime.start(PIPELINE, simulation.log(), settings);
        simulation.runUntilDrained(again);
        assertThat(again.status().restoring().recordsRestored()).isGreaterThan(2);
        assertThat(again.status().recordsConsumed()).isZero();
        again.close();
        for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
            Map<String, Long> expected = Totals.totals(LogReading.texts(simulation.log(), Totals.IN, partition));
            assertThat(Simulation.stored(fresh, Totals.TOTALS, partition)).isEqualTo(expected);
        }
    }
}
