package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.LogConsumer;
import io.millrace.log.RebalanceListener;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Partitions that move between members, and instances that replace each other. */
class RebalanceTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final List<Long> ITEMS = Totals.items(40);

    private static Simulation simulation(long seed, int loops) {
        return new Simulation(
                seed,
                EmbeddedLogConfig.defaults(),
                settings ->
                        settings.withLoops(loops).withTransactionRecords(5).withCommitInterval(Duration.ofMillis(1)));
    }

    private static void assertFolded(Simulation simulation) {
        int inputs = 0;
        for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
            List<String> input = LogReading.texts(simulation.log(), Totals.IN, partition);
            assertThat(LogReading.texts(simulation.log(), Totals.OUT, partition))
                    .as("partition %d of %s", partition, simulation.world())
                    .isEqualTo(Totals.fold(input));
            inputs += input.size();
        }
        assertThat(inputs).as("%s", simulation.world()).isEqualTo(ITEMS.size());
    }

    @Test
    void loopsThatJoinAtAnyMomentShareThePartitionsWithoutLossOrRepetition() {
        for (long seed = 0; seed < 60; seed++) {
            Simulation simulation = simulation(seed, 3);
            Application app = simulation.start(Totals.pipeline(ITEMS));
            simulation.runUntilDrained(app);
            assertFolded(simulation);
            app.close();
        }
    }

    @Test
    void aPartitionThatGoesAndComesBackFindsItsState() {
        for (long seed = 0; seed < 20; seed++) {
            Simulation simulation = simulation(seed, 1);
            Application app = simulation.start(Totals.pipeline(ITEMS));
            simulation.world().runUntil(() -> app.status().recordsConsumed() >= 10, LONG);
            try (LogConsumer stranger = simulation.log().consumer(ConsumerConfig.group("totals"))) {
                stranger.subscribe(Set.of("in"), RebalanceListener.NONE);
                simulation
                        .world()
                        .runUntil(
                                () -> {
                                    stranger.poll(Duration.ZERO);
                                    return !stranger.assignment().isEmpty();
                                },
                                LONG);
                assertThat(stranger.assignment()).hasSize(1);
                assertThat(app.isDrained()).isFalse();
            }
            simulation.runUntilDrained(app);
            assertFolded(simulation);
            app.close();
        }
    }

    @Test
    void anOlderInstanceIsFencedAndSaysWhy() {
        for (long seed = 0; seed < 20; seed++) {
            Simulation simulation = simulation(seed, 2);
            Application old = simulation.start(Totals.pipeline(ITEMS));
            simulation.world().runUntil(() -> old.status().recordsConsumed() >= 7, LONG);
            AppSettings settings = AppSettings.of(simulation.world().world(), MemoryBackend::new)
                    .withLoops(2);
            Application young = Totals.pipeline(ITEMS).start(simulation.log(), settings);
            simulation.world().runUntil(() -> old.failure().isPresent(), LONG);
            assertThat(old.failure().orElseThrow()).hasMessageContaining("A newer instance of this application");
            old.close();
            simulation.runUntilDrained(young);
            assertFolded(simulation);
            young.close();
        }
    }

    @Test
    void anInstancesNameIsOneThatNoApplicationCanHaveMade() {
        Simulation simulation = simulation(1, 1);
        AppSettings settings = AppSettings.of(simulation.world().world(), MemoryBackend::new);
        for (String name : List.of("a@b", "ä", "n".repeat(101))) {
            assertThatThrownBy(() -> Totals.pipeline(ITEMS).start(simulation.log(), settings, name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("An instance's name");
        }
        simulation.closeLog();
    }

    @Test
    void aPauseThatOutlastsEverySessionAndTransactionCostsNoRecord() {
        for (long seed = 0; seed < 20; seed++) {
            Simulation simulation = simulation(seed, 2);
            Application app = simulation.start(Totals.pipeline(ITEMS));
            for (int consumed = 1; consumed < ITEMS.size(); consumed += 8) {
                int enough = consumed;
                simulation.world().runUntil(() -> app.status().recordsConsumed() >= enough, LONG);
                simulation.world().advance(Duration.ofMinutes(5));
            }
            simulation.runUntilDrained(app);
            assertFolded(simulation);
            app.close();
        }
    }

    @Test
    void oneSeedGivesOneHistory() {
        assertThat(trace(5)).isEqualTo(trace(5)).isNotEqualTo(trace(6));
    }

    private static long trace(long seed) {
        Simulation simulation = simulation(seed, 3);
        Application app = simulation.start(Totals.pipeline(ITEMS));
        simulation.runUntilDrained(app);
        app.close();
        simulation.closeLog();
        return simulation.world().trace();
    }
}
