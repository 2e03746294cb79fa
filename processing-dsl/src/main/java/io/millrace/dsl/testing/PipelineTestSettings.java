package io.millrace.dsl.testing;

import io.millrace.dsl.AppSettings;
import io.millrace.log.Durability;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.state.StateBackend;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a {@link PipelineTest} runs its pipeline with.
 *
 * @param seed decides all that is left open: whose turn it is, how a crash tears what was not forced. The same seed and the same calls give the
 *     same run
 * @param partitions how many partitions topics get that the pipeline declares without a number
 * @param instances how many instances of the application are started, which share the partitions
 * @param log settings of the log
 * @param application changes the settings of every instance before it is started
 * @param stateBackends where committed state rests; empty: in memory that outlives crashes, as a disk does
 */
public record PipelineTestSettings(
        long seed,
        int partitions,
        int instances,
        EmbeddedLogConfig log,
        UnaryOperator<AppSettings> application,
        Optional<StateBackends> stateBackends) {
    /** Opens state backends other than the one in memory. */
    @FunctionalInterface
    public interface StateBackends {
        /**
         * Called at every start of an instance.
         *
         * @param logId the log whose state it is
         * @param instance the instance's number, from 0; the same one finds its state again
         */
        StateBackend open(String logId, int instance);
    }

    public PipelineTestSettings {
        if (partitions < 1) {
            throw new IllegalArgumentException("partitions is at least 1, got " + partitions);
        }
        if (instances < 1) {
            throw new IllegalArgumentException("instances is at least 1, got " + instances);
        }
        Objects.requireNonNull(log, "log");
        Objects.requireNonNull(application, "application");
        Objects.requireNonNull(stateBackends, "stateBackends");
    }

    /** Seed 1, three partitions, one instance with one loop, a log that survives a killed process, state in memory. */
    public static PipelineTestSettings defaults() {
        return new PipelineTestSettings(
                1, 3, 1, EmbeddedLogConfig.defaults(), UnaryOperator.identity(), Optional.empty());
    }

    public PipelineTestSettings withSeed(long value) {
        return new PipelineTestSettings(value, partitions, instances, log, application, stateBackends);
    }

    public PipelineTestSettings withPartitions(int value) {
        return new PipelineTestSettings(seed, value, instances, log, application, stateBackends);
    }

    public PipelineTestSettings withInstances(int value) {
        return new PipelineTestSettings(seed, partitions, value, log, application, stateBackends);
    }

    /** How many loops each instance has. */
    public PipelineTestSettings withLoops(int value) {
        return withApplication(settings -> settings.withLoops(value));
    }

    /** What an acknowledged write survives; {@link PipelineTest#powerLossAndRestart} asks for {@link Durability#POWER_LOSS}. */
    public PipelineTestSettings withDurability(Durability value) {
        return withLog(log.withDurability(value));
    }

    public PipelineTestSettings withLog(EmbeddedLogConfig value) {
        return new PipelineTestSettings(seed, partitions, instances, value, application, stateBackends);
    }

    /** Changes further settings of the instances, after what was changed before; not their world and not their state backend. */
    public PipelineTestSettings withApplication(UnaryOperator<AppSettings> change) {
        UnaryOperator<AppSettings> before = application;
        return new PipelineTestSettings(
                seed, partitions, instances, log, settings -> change.apply(before.apply(settings)), stateBackends);
    }

    /**
     * Keeps state elsewhere, such as in RocksDB in a temporary directory: {@code (logId, instance) ->
     * RocksBackend.open(directory.resolve("state-" + instance), logId, RocksConfig.within(new MemoryBudget(64 << 20)))}. When the process is said to crash, such
     * a backend is closed: what it would lose itself is not simulated.
     */
    public PipelineTestSettings withStateBackends(StateBackends value) {
        return new PipelineTestSettings(seed, partitions, instances, log, application, Optional.of(value));
    }
}
