package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.log.Durability;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * A short run of a pipeline that dies in a storage call, for each of its calls, and is run to the end again.
 *
 * @param lastTopic the one that is made last: there is nothing to check before it is there
 * @param atRestart checks what the crash left
 * @param atEnd checks what is there after everything
 */
record CrashSweep(
        Pipeline pipeline,
        String lastTopic,
        BiConsumer<Simulation, String> atRestart,
        BiConsumer<Simulation, String> atEnd) {
    private static final Duration IDLE = Duration.ofMillis(100);

    void killingTheProcess() {
        sweep(Durability.PROCESS_CRASH, CrashMode.PROCESS);
    }

    void cuttingThePower() {
        sweep(Durability.POWER_LOSS, CrashMode.POWER);
    }

    static Simulation simulation(Durability durability) {
        return new Simulation(
                1,
                EmbeddedLogConfig.defaults().withDurability(durability),
                settings -> settings.withTransactionRecords(3)
                        .withCommitInterval(Duration.ofMillis(10))
                        .withIdleTimeout(IDLE));
    }

    private void sweep(Durability durability, CrashMode mode) {
        Simulation whole = simulation(durability);
        runToTheEnd(whole);
        long calls = whole.world().storage().callCount();
        assertThat(calls).isGreaterThan(100);
        for (long call = 0; call < calls; call++) {
            crashAndRecover(call, durability, mode);
        }
    }

    private void crashAndRecover(long call, Durability durability, CrashMode mode) {
        Simulation simulation = simulation(durability);
        simulation.world().storage().crashAt(call);
        try {
            runToTheEnd(simulation);
        } catch (SimulatedCrash expected) {
            simulation.crash(mode);
        }
        try {
            if (simulation.log().admin().describeTopic(lastTopic).isPresent()) {
                atRestart.accept(simulation, "after the crash in call " + call + " of " + simulation.world());
            }
            runToTheEnd(simulation);
            atEnd.accept(simulation, "at the end, after a crash in call " + call + " of " + simulation.world());
        } catch (RuntimeException e) {
            throw new AssertionError("After a crash in call " + call + " of " + simulation.world(), e);
        }
    }

    /** Also the clock does what it has to. */
    void runToTheEnd(Simulation simulation) {
        Application app = simulation.start(pipeline);
        simulation.runUntilDrained(app);
        simulation.world().runFor(Duration.ofSeconds(3));
        assertThat(app.failure()).isEmpty();
        app.close();
        simulation.closeLog();
    }
}
