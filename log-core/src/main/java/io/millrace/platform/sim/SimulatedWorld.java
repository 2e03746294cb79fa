package io.millrace.platform.sim;

import io.millrace.platform.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * A world that one seed decides, for one process from its start to its crash; {@link #restart} gives the world that the next process finds.
 * Owned by the thread that runs the simulation.
 */
public final class SimulatedWorld {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final long seed;
    private final SplittableRandom root;
    private final SimulatedStorage storage;
    private final VirtualClock clock;
    private final SimulatedScheduler scheduler;
    private final World world;

    /** A world with an empty disk. */
    public SimulatedWorld(long seed) {
        this(seed, new SplittableRandom(seed));
    }

    private SimulatedWorld(long seed, SplittableRandom root) {
        this(seed, root, new SimulatedStorage(root.nextLong()), newClock(root));
    }

    private SimulatedWorld(long seed, SplittableRandom root, SimulatedStorage storage, VirtualClock clock) {
        this.seed = seed;
        this.root = root;
        this.storage = storage;
        this.clock = clock;
        scheduler = new SimulatedScheduler(storage, clock, root.split());
        world = new World(storage, clock, clock, new Random(root.nextLong()), scheduler);
    }

    private static VirtualClock newClock(SplittableRandom root) {
        return new VirtualClock(START, root.nextLong(-1L << 40, 1L << 40));
    }

    /** What the code under simulation is given. */
    public World world() {
        return world;
    }

    public SimulatedStorage storage() {
        return storage;
    }

    public VirtualClock clock() {
        return clock;
    }

    public SimulatedScheduler scheduler() {
        return scheduler;
    }

    /** Moves time on. Nothing runs by that alone: {@link #runUntilIdle} or {@link #step} follows. */
    public void advance(Duration duration) {
        clock.advance(duration);
    }

    /** See {@link SimulatedScheduler#step}. */
    public boolean step() {
        return scheduler.step();
    }

    /** See {@link SimulatedScheduler#runUntilIdle}. */
    public void runUntilIdle() {
        scheduler.runUntilIdle();
    }

    /** See {@link SimulatedScheduler#runFor}. */
    public void runFor(Duration duration) {
        scheduler.runFor(duration);
    }

    /** See {@link SimulatedScheduler#runUntil}. */
    public boolean runUntil(BooleanSupplier condition, Duration atMost) {
        return scheduler.runUntil(condition, atMost);
    }

    /** The world of the next process, on what the crash left of the disk. If the process still lives, it dies now. Time goes on. */
    public SimulatedWorld restart(CrashMode mode) {
        return new SimulatedWorld(seed, root.split(), storage.restart(mode), clock);
    }

    /**
     * The world of another process on the same machine, with the same disk and the same clock: what it does is seen here at once, and it
     * goes on when this process dies.
     */
    public SimulatedWorld beside() {
        return new SimulatedWorld(seed, root.split(), storage.beside(), clock);
    }

    /** The seed that this world began with, for the message of a failed test. */
    public long seed() {
        return seed;
    }

    /** A hash of what happened: all changes of the storage and the order of the steps. Two runs of one seed must agree. */
    public long trace() {
        return storage.trace() * 31 + scheduler.trace();
    }

    @Override
    public String toString() {
        return "SimulatedWorld[seed=" + seed + "]";
    }
}
