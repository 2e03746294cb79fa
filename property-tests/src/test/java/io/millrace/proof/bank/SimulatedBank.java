package io.millrace.proof.bank;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.RecordSource;
import io.millrace.examples.bank.BankPipeline;
import io.millrace.examples.bank.InputLine;
import io.millrace.examples.bank.audit.Audit;
import io.millrace.examples.bank.audit.Findings;
import io.millrace.examples.bank.audit.LogHistory;
import io.millrace.log.Durability;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The whole bank (log, coordinator, groups, runtime, state, source) in one simulated process after the other, on one simulated disk. Each
 * {@link #run} is one process: it opens what the last one left, works until nothing is left to do or it dies.
 */
final class SimulatedBank {
    /** Virtual time within which an undisturbed process must be done: liveness, not speed. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Supplier<? extends RecordSource<InputLine>> input;
    private final Durability durability;
    private final RandomGenerator random;
    private final Map<String, MemoryBackend> backends = new HashMap<>();
    private SimulatedWorld world;

    SimulatedBank(long seed, Supplier<? extends RecordSource<InputLine>> input, Durability durability) {
        this.input = input;
        this.durability = durability;
        this.random = new SplittableRandom(seed);
        this.world = new SimulatedWorld(seed);
    }

    /** Runs a process that lives until it is done, and audits what a reader sees. A dead process closes nothing, so nor does this. */
    Findings run() {
        EmbeddedLog log = open();
        Application bank = start(log);
        boolean isDrained =
                world.runUntil(() -> bank.isDrained() || bank.failure().isPresent(), PATIENCE);
        bank.failure().ifPresent(failure -> {
            throw new AssertionError("The bank failed", failure);
        });
        if (!isDrained) {
            throw new AssertionError("The bank is not done within " + PATIENCE + ": " + bank.status());
        }
        bank.close();
        Findings findings = Audit.of(new LogHistory(log), input);
        log.close();
        return findings;
    }

    /**
     * Runs a process that dies in the storage call of this number.
     *
     * @return false if it was done before
     */
    boolean runAndCrashAt(long call, CrashMode mode) {
        world.storage().crashAt(call);
        boolean isDone = false;
        try {
            run();
            isDone = true;
        } catch (SimulatedCrash expected) {
            isDone = false;
        }
        world = world.restart(mode);
        if (mode == CrashMode.POWER) {
            backends.values().forEach(backend -> backend.losePower(random));
        }
        return !isDone;
    }

    /** How many storage calls the process that runs, or ran last, has made. */
    long storageCalls() {
        return world.storage().callCount();
    }

    long trace() {
        return world.trace();
    }

    private EmbeddedLog open() {
        return EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults().withDurability(durability));
    }

    private Application start(EmbeddedLog log) {
        AppSettings settings = AppSettings.of(
                        world.world(), logId -> backends.computeIfAbsent(logId, MemoryBackend::new))
                .withLoops(2)
                .withTransactionRecords(5);
        return BankPipeline.of(input, 2, world.world().clock()).start(log, settings);
    }
}
