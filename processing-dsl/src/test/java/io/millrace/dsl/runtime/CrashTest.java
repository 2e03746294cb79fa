package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.log.Durability;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The process dies in every storage call of a short run. At each restart and at the end, offsets, output and state must stand for the same prefix
 * of the input (E1); at the end the output is the fold of all of it, in order, each once (E3).
 */
class CrashTest {
    private static final List<Long> ITEMS = Totals.items(12);
    private static final Pipeline PIPELINE = Totals.pipeline(ITEMS);

    private static Simulation simulation(long seed, Durability durability) {
        return new Simulation(
                seed,
                EmbeddedLogConfig.defaults().withDurability(durability),
                settings -> settings.withLoops(2).withTransactionRecords(3).withCommitInterval(Duration.ofMillis(10)));
    }

    @Test
    void aKilledProcessLosesAndRepeatsNothing() {
        sweep(Durability.PROCESS_CRASH, CrashMode.PROCESS);
    }

    @Test
    void aPowerLossLosesAndRepeatsNothing() {
        sweep(Durability.POWER_LOSS, CrashMode.POWER);
    }

    private static void sweep(Durability durability, CrashMode mode) {
        long calls = callsOfAWholeRun(durability);
        assertThat(calls).isGreaterThan(100);
        for (long call = 0; call < calls; call++) {
            crashAndRecover(call, durability, mode);
        }
    }

    private static long callsOfAWholeRun(Durability durability) {
        Simulation simulation = simulation(1, durability);
        runToTheEnd(simulation);
        return simulation.world().storage().callCount();
    }

    private static void crashAndRecover(long call, Durability durability, CrashMode mode) {
        Simulation simulation = simulation(1, durability);
        simulation.world().storage().crashAt(call);
        try {
            runToTheEnd(simulation);
        } catch (SimulatedCrash expected) {
            simulation.crash(mode);
        }
        try {
            if (simulation.log().admin().describeTopic("out").isPresent()) {
                assertPrefix(simulation, "after the crash in call " + call);
            }
            runToTheEnd(simulation);
            assertPrefix(simulation, "at the end, after a crash in call " + call);
            assertEverything(simulation, call);
        } catch (RuntimeException e) {
            throw new AssertionError("After a crash in call " + call + " of " + simulation.world(), e);
        }
    }

    private static void runToTheEnd(Simulation simulation) {
        Application app = simulation.start(PIPELINE);
        simulation.runUntilDrained(app);
        app.close();
        simulation.closeLog();
    }

    private static void assertPrefix(Simulation simulation, String when) {
        for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
            assertThat(LogReading.texts(simulation.log(), Totals.OUT, partition))
                    .as("output of partition %d %s, %s", partition, when, simulation.world())
                    .isEqualTo(Totals.fold(Totals.committedInputs(simulation.log(), partition)));
        }
    }

    private static void assertEverything(Simulation simulation, long call) {
        long seen = 0;
        for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
            List<String> inputs = LogReading.texts(simulation.log(), Totals.IN, partition);
            assertThat(Totals.committedInputs(simulation.log(), partition)).isEqualTo(inputs);
            assertThat(inputs)
                    .as("input of partition %d after a crash in call %d", partition, call)
                    .isSubsetOf(ITEMS.stream()
                            .map(item -> Totals.key(item) + "=" + item)
                            .toList())
                    .doesNotHaveDuplicates();
            assertThat(simulation.stored(Totals.TOTALS, partition))
                    .as("state of partition %d after a crash in call %d", partition, call)
                    .isEqualTo(Totals.totals(inputs));
            seen += inputs.size();
        }
        assertThat(seen).as("items after a crash in call %d", call).isEqualTo(ITEMS.size());
    }
}
