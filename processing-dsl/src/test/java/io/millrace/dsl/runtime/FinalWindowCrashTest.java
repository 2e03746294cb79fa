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
 * The process dies in every storage call of a short run with final windows. At each restart and at the end, what was written is what the committed
 * input has closed, each window once, and what came late went out as late, once; at the end the clock has closed all the rest.
 */
class FinalWindowCrashTest {
    /** Some come late but in the grace, some after the close; the last is still open when nothing more comes. */
    private static final List<Long> TIMES = List.of(3L, 14L, 5L, 7L, 26L, 4L, 41L, 29L, 44L);

    private static final Pipeline PIPELINE = FinalCounts.pipeline(TIMES);
    private static final Duration IDLE = Duration.ofMillis(100);

    private static Simulation simulation(Durability durability) {
        return new Simulation(
                1,
                EmbeddedLogConfig.defaults().withDurability(durability),
                settings -> settings.withTransactionRecords(3)
                        .withCommitInterval(Duration.ofMillis(10))
                        .withIdleTimeout(IDLE));
    }

    @Test
    void anUndisturbedRunWritesEachWindowOnceAlsoThoseThatTheClockCloses() {
        Simulation simulation = simulation(Durability.PROCESS_CRASH);
        runToTheEnd(simulation);
        FinalCounts.Results written = FinalCounts.written(simulation.log());
        assertThat(written).isEqualTo(FinalCounts.fold(TIMES, Long.MAX_VALUE));
        assertThat(written.late()).hasSize(2);
        assertThat(written.counts())
                .hasSizeGreaterThan(
                        FinalCounts.fold(TIMES, Long.MIN_VALUE).counts().size());
    }

    @Test
    void aKilledProcessSkipsNoWindowAndRepeatsNone() {
        sweep(Durability.PROCESS_CRASH, CrashMode.PROCESS);
    }

    @Test
    void aPowerLossSkipsNoWindowAndRepeatsNone() {
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
            if (simulation.log().admin().describeTopic("late").isPresent()) {
                assertPrefix(simulation, "after the crash in call " + call);
            }
            runToTheEnd(simulation);
            assertThat(FinalCounts.written(simulation.log()))
                    .as("at the end, after a crash in call %d of %s", call, simulation.world())
                    .isEqualTo(FinalCounts.fold(TIMES, Long.MAX_VALUE));
        } catch (RuntimeException e) {
            throw new AssertionError("After a crash in call " + call + " of " + simulation.world(), e);
        }
    }

    /** The clock may have closed some more, but nothing that the input closed is missing. */
    private static void assertPrefix(Simulation simulation, String when) {
        List<Long> committed = FinalCounts.committedInputs(simulation.log());
        FinalCounts.Results written = FinalCounts.written(simulation.log());
        FinalCounts.Results all = FinalCounts.fold(committed, Long.MAX_VALUE);
        FinalCounts.Results byRecords = FinalCounts.fold(committed, Long.MIN_VALUE);
        assertThat(written.late()).as("%s, %s", when, simulation.world()).isEqualTo(all.late());
        assertThat(written.counts())
                .as("%s, %s", when, simulation.world())
                .isEqualTo(all.counts().subList(0, written.counts().size()))
                .hasSizeGreaterThanOrEqualTo(byRecords.counts().size());
    }

    private static void runToTheEnd(Simulation simulation) {
        Application app = simulation.start(PIPELINE);
        simulation.runUntilDrained(app);
        simulation.world().runFor(Duration.ofSeconds(3));
        assertThat(app.failure()).isEmpty();
        app.close();
        simulation.closeLog();
    }
}
