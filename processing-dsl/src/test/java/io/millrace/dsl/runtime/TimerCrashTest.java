package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.log.Durability;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The process dies in every storage call of a short run whose results come by timers. At each restart and at the end, what was written is what
 * the committed input and the time that it brought make due, each timer once (R7); at the end the clock has made due all the rest.
 */
class TimerCrashTest {
    /** Some come late, after others of their key, or after the end of what they are in. */
    private static final List<Long> TIMES = List.of(3L, 14L, 5L, 26L, 41L, 19L, 44L);

    private static final Pipeline PIPELINE = TimedCounts.pipeline(TIMES);
    private static final Duration IDLE = Duration.ofMillis(100);

    /** With one loop: several wait one after another in simulated time, so that some may not come to look at the clock. */
    private static Simulation simulation(Durability durability) {
        return new Simulation(
                1,
                EmbeddedLogConfig.defaults().withDurability(durability),
                settings -> settings.withTransactionRecords(3)
                        .withCommitInterval(Duration.ofMillis(10))
                        .withIdleTimeout(IDLE));
    }

    @Test
    void aKilledProcessSkipsNoTimerAndRepeatsNone() {
        sweep(Durability.PROCESS_CRASH, CrashMode.PROCESS);
    }

    @Test
    void aPowerLossSkipsNoTimerAndRepeatsNone() {
        sweep(Durability.POWER_LOSS, CrashMode.POWER);
    }

    private static void sweep(Durability durability, CrashMode mode) {
        Simulation whole = simulation(durability);
        runToTheEnd(whole);
        long calls = whole.world().storage().callCount();
        assertThat(calls).isGreaterThan(100);
        for (long call = 0; call < calls; call++) {
            crashAndRecover(call, durability, mode);
        }
    }

    private static void crashAndRecover(long call, Durability durability, CrashMode mode) {
        Simulation simulation = simulation(durability);
        simulation.world().storage().crashAt(call);
        try {
            runToTheEnd(simulation);
        } catch (SimulatedCrash expected) {
            simulation.crash(mode);
        }
        try {
            if (simulation.log().admin().describeTopic("seen").isPresent()) {
                assertPrefix(simulation, "after the crash in call " + call);
            }
            runToTheEnd(simulation);
            assertEverything(simulation, "at the end, after a crash in call " + call);
        } catch (RuntimeException e) {
            throw new AssertionError("After a crash in call " + call + " of " + simulation.world(), e);
        }
    }

    private static void runToTheEnd(Simulation simulation) {
        Application app = simulation.start(PIPELINE);
        simulation.runUntilDrained(app);
        simulation.world().runFor(Duration.ofSeconds(3));
        assertThat(app.failure()).isEmpty();
        app.close();
        simulation.closeLog();
    }

    /** The clock may have made some more due, in the order of their times, but nothing that is not there is missing before it. */
    private static void assertPrefix(Simulation simulation, String when) {
        for (int partition = 0; partition < TimedCounts.PARTITIONS; partition++) {
            List<Long> committed = TimedCounts.committedInputs(simulation.log(), partition);
            List<String> outputs = TimedCounts.outputs(simulation.log(), partition);
            List<String> byRecords = TimedCounts.fold(committed, Long.MIN_VALUE);
            assertThat(outputs)
                    .as("%s, partition %d, %s", when, partition, simulation.world())
                    .isEqualTo(TimedCounts.fold(committed, Long.MAX_VALUE).subList(0, outputs.size()))
                    .hasSizeGreaterThanOrEqualTo(byRecords.size());
        }
    }

    private static void assertEverything(Simulation simulation, String when) {
        List<Long> inputs = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        TreeSet<String> keys = new TreeSet<>();
        for (int partition = 0; partition < TimedCounts.PARTITIONS; partition++) {
            List<Long> committed = TimedCounts.committedInputs(simulation.log(), partition);
            assertThat(TimedCounts.outputs(simulation.log(), partition))
                    .as("%s, partition %d, %s", when, partition, simulation.world())
                    .isEqualTo(TimedCounts.fold(committed, Long.MAX_VALUE));
            assertThat(simulation.stored(TimedCounts.COUNTS, partition)).isEmpty();
            inputs.addAll(committed);
            seen.addAll(LogReading.texts(simulation.log(), TimedCounts.SEEN, partition));
        }
        assertThat(inputs).as(when).containsExactlyInAnyOrderElementsOf(TIMES);
        TIMES.forEach(time -> keys.add(TimedCounts.key(time) + "=1"));
        assertThat(seen).as("timers of the clock %s", when).containsExactlyInAnyOrderElementsOf(keys);
    }
}
