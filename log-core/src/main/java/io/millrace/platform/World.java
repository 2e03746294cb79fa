package io.millrace.platform;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Everything that the core knows of the world. {@code SystemWorld} in {@code platform.system} is the real one, {@code SimulatedWorld} in
 * {@code platform.sim} the simulated one.
 *
 * @param storage the directory tree of this log
 * @param clock wall-clock time, for timestamps
 * @param ticker monotonic time, for durations
 * @param random randomness for identities and tie-breaks; safe for use by several threads
 * @param scheduler runs loops, and tasks together, and makes waiters
 */
public record World(Storage storage, InstantSource clock, Ticker ticker, RandomGenerator random, Scheduler scheduler) {}
