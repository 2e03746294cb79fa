package io.millrace.dsl;

import io.millrace.platform.World;
import io.millrace.state.MemoryBudget;
import io.millrace.state.StateBackend;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * How a pipeline is run.
 *
 * @param world time, randomness and threads
 * @param stateBackend opens where the committed state of the log with this id rests; called at every start, closed with the application
 * @param loops how many loops share the partitions
 * @param commitInterval the longest that a processed record waits for its commit; when no input is left, none waits
 * @param transactionRecords how many records a transaction holds at the most
 * @param retries how often in a row a loop starts anew from committed state before the application fails
 * @param retryBackoff how long it waits before the second try; doubles with every further one
 * @param stateMemory what the state may take, with its backend's part, which whoever opens that gives it
 */
public record AppSettings(
        World world,
        Function<String, ? extends StateBackend> stateBackend,
        int loops,
        Duration commitInterval,
        int transactionRecords,
        int retries,
        Duration retryBackoff,
        MemoryBudget stateMemory) {
    public AppSettings {
        Objects.requireNonNull(world, "world");
        Objects.requireNonNull(stateBackend, "stateBackend");
        Objects.requireNonNull(stateMemory, "stateMemory");
        if (loops < 1) {
            throw new IllegalArgumentException("loops is at least 1, got " + loops);
        }
        if (commitInterval.isNegative()) {
            throw new IllegalArgumentException("commitInterval is zero or more, got " + commitInterval);
        }
        if (transactionRecords < 1) {
            throw new IllegalArgumentException("transactionRecords is at least 1, got " + transactionRecords);
        }
        if (retries < 0) {
            throw new IllegalArgumentException("retries is 0 or more, got " + retries);
        }
        if (retryBackoff.isNegative()) {
            throw new IllegalArgumentException("retryBackoff is zero or more, got " + retryBackoff);
        }
    }

    /** One loop, commits at least every 100 ms or 100,000 records, five retries from 100 ms apart, the machine's default of memory. */
    public static AppSettings of(World world, Function<String, ? extends StateBackend> stateBackend) {
        return new AppSettings(
                world,
                stateBackend,
                1,
                Duration.ofMillis(100),
                100_000,
                5,
                Duration.ofMillis(100),
                MemoryBudget.ofThisMachine());
    }

    public AppSettings withLoops(int value) {
        return new AppSettings(
                world, stateBackend, value, commitInterval, transactionRecords, retries, retryBackoff, stateMemory);
    }

    public AppSettings withCommitInterval(Duration value) {
        return new AppSettings(
                world, stateBackend, loops, value, transactionRecords, retries, retryBackoff, stateMemory);
    }

    public AppSettings withTransactionRecords(int value) {
        return new AppSettings(world, stateBackend, loops, commitInterval, value, retries, retryBackoff, stateMemory);
    }

    public AppSettings withRetries(int count, Duration backoff) {
        return new AppSettings(
                world, stateBackend, loops, commitInterval, transactionRecords, count, backoff, stateMemory);
    }

    public AppSettings withStateMemory(MemoryBudget budget) {
        return new AppSettings(
                world, stateBackend, loops, commitInterval, transactionRecords, retries, retryBackoff, budget);
    }
}
