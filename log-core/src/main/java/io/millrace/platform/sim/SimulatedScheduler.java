package io.millrace.platform.sim;

import io.millrace.platform.LoopStep;
import io.millrace.platform.Scheduler;
import io.millrace.platform.Ticker;
import io.millrace.platform.Waiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs all loops on the caller's thread, one step at a time, in an order that the seed decides. A step takes a microsecond of virtual time,
 * so that a loop which always finds work still sees time pass.
 *
 * <p>Waiting, in code under simulation, means running the others: {@link Loop#awaitStopped}, and {@link Waiter#await} outside of a step, run
 * loops until what is awaited is there, moving time on whenever nothing else is left to do. Inside a step nobody else can run, so there
 * {@code await} returns at once, and the loop's next step comes when the wait would have ended: at its signal or when its time is over. A
 * step that goes on waiting all the same, because only time can end what it does, gets it: from its second wait on, time moves by the whole
 * of it, as if no signal had come.
 */
public final class SimulatedScheduler implements Scheduler {
    private static final long STEP_NANOS = 1_000;
    private static final int TOO_MANY_STEPS = 50_000_000;

    private final SimulatedStorage storage;
    private final VirtualClock clock;
    private final RandomGenerator random;
    private final List<SimulatedLoop> loops = new ArrayList<>();
    private final List<SimulatedLoop> runnable = new ArrayList<>();
    private @Nullable SimulatedLoop stepping;
    private long trace;

    SimulatedScheduler(SimulatedStorage storage, VirtualClock clock, RandomGenerator random) {
        this.storage = storage;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public Loop start(String name, LoopStep step, Duration idle) {
        SimulatedLoop loop = new SimulatedLoop(this, name, step, Ticker.nanosOf(idle));
        loops.add(loop);
        return loop;
    }

    @Override
    public Waiter newWaiter() {
        return new SimulatedWaiter();
    }

    /** Runs them one after the other, in an order that the seed decides. A crash ends them all. */
    @Override
    public void runTogether(List<Runnable> tasks) {
        RuntimeException[] failures = new RuntimeException[tasks.size()];
        for (int number : shuffled(tasks.size())) {
            trace = trace * 31 + number;
            try {
                tasks.get(number).run();
            } catch (RuntimeException e) {
                failures[number] = e;
            }
        }
        RuntimeException first = null;
        for (RuntimeException failure : failures) {
            if (first == null) {
                first = failure;
            } else if (failure != null && failure != first) {
                first.addSuppressed(failure);
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private int[] shuffled(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int at = random.nextInt(i + 1);
            order[i] = order[at];
            order[at] = i;
        }
        return order;
    }

    /**
     * Runs one step of one loop that has reason to run: it was just started, found work in its last step, was woken, stopped, or its idle time
     * is over.
     *
     * @return false if there is none
     * @throws SimulatedCrash if the process is dead; then no loop runs any more, not even its end
     */
    public boolean step() {
        dieWithTheStorage();
        loops.removeIf(SimulatedLoop::isStopped);
        runnable.clear();
        long now = clock.nanos();
        for (SimulatedLoop loop : loops) {
            if (loop.isRunnable(now)) {
                runnable.add(loop);
            }
        }
        if (runnable.isEmpty()) {
            return false;
        }
        SimulatedLoop chosen = runnable.get(random.nextInt(runnable.size()));
        trace = trace * 31 + chosen.name().hashCode();
        SimulatedLoop waitingForIt = stepping;
        stepping = chosen;
        try {
            chosen.runOnce(clock);
        } finally {
            stepping = waitingForIt;
            clock.advanceNanos(STEP_NANOS);
        }
        // Somebody may have caught the crash on its way here.
        dieWithTheStorage();
        return true;
    }

    /** Runs steps until no loop has reason to run at the present time. */
    public void runUntilIdle() {
        for (int steps = 0; step(); steps++) {
            if (steps > TOO_MANY_STEPS) {
                throw new IllegalStateException("The loops never become idle: " + names());
            }
        }
    }

    /** Runs steps for as much virtual time, moving time on whenever all loops are idle. */
    public void runFor(Duration duration) {
        runUntil(() -> false, duration);
    }

    /**
     * Runs steps until the condition holds, which is looked at before each, moving time on whenever all loops are idle.
     *
     * @return false if it does not hold within the virtual time
     */
    public boolean runUntil(BooleanSupplier condition, Duration atMost) {
        long end = clock.nanos() + Ticker.nanosOf(atMost);
        while (!condition.getAsBoolean()) {
            long left = end - clock.nanos();
            if (left < 0) {
                return false;
            }
            if (!step()) {
                if (left == 0) {
                    return false;
                }
                clock.advanceNanos(Math.min(left, nanosUntilSomeLoopIsDue()));
            }
        }
        return true;
    }

    /**
     * Has loops stand still for a while, as a process that is stopped or collects garbage: time goes on, and the others run.
     *
     * @param names says which ones; those that are started later run
     */
    public void standStill(Predicate<String> names, Duration time) {
        long until = clock.nanos() + Ticker.nanosOf(time);
        for (SimulatedLoop loop : loops) {
            if (names.test(loop.name())) {
                loop.standStill(until);
            }
        }
    }

    /** True if some loop stands still now. */
    public boolean standsStill() {
        long now = clock.nanos();
        return loops.stream().anyMatch(loop -> !loop.isStopped() && loop.standsStill(now));
    }

    /** Names of the loops that are not stopped. */
    public List<String> names() {
        return loops.stream()
                .filter(loop -> !loop.isStopped())
                .map(SimulatedLoop::name)
                .toList();
    }

    /** A hash of the order in which loops ran so far. */
    public long trace() {
        return trace;
    }

    private long nanosUntilSomeLoopIsDue() {
        long now = clock.nanos();
        long soonest = Long.MAX_VALUE;
        for (SimulatedLoop loop : loops) {
            if (loop.isWaiting()) {
                soonest = Math.min(soonest, loop.nanosUntilDue(now));
            }
        }
        return soonest;
    }

    private void dieWithTheStorage() {
        SimulatedCrash crash = storage.crashed();
        if (crash != null) {
            loops.forEach(SimulatedLoop::kill);
            throw crash.again();
        }
    }

    private final class SimulatedWaiter implements Waiter {
        private boolean signalled;
        /** The loop whose wait in its last step was put off to the time after it. */
        private @Nullable SimulatedLoop sleeper;

        @Override
        public void await(long nanos) {
            SimulatedLoop waiting = stepping;
            sleeper = null;
            if (!signalled && nanos > 0) {
                if (waiting == null) {
                    runUntil(() -> signalled, Duration.ofNanos(nanos));
                } else if (waiting.sleepAfterStep(clock.nanos() + nanos)) {
                    sleeper = waiting;
                } else {
                    clock.advanceNanos(nanos);
                }
            }
            signalled = false;
        }

        @Override
        public void signal() {
            signalled = true;
            SimulatedLoop sleeping = sleeper;
            if (sleeping != null) {
                sleeping.wake();
            }
        }
    }
}
