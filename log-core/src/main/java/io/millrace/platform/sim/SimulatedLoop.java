package io.millrace.platform.sim;

import io.millrace.platform.LoopStep;
import io.millrace.platform.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A loop that a {@link SimulatedScheduler} steps; owned by the thread that runs the simulation. */
final class SimulatedLoop implements Scheduler.Loop {
    private final SimulatedScheduler scheduler;
    private final String name;
    private final LoopStep step;
    private final long idleNanos;
    private long dueNanos;
    /** Until when it would have waited inside of its present step, if it did. */
    private long sleepNanos;

    /** Before it nothing runs, whatever there is to do. */
    private long standsUntilNanos;

    private boolean stands;
    private boolean sleeps;
    private boolean woken = true;
    private boolean running;
    private boolean stopping;
    private boolean stopped;
    private @Nullable Throwable failure;

    SimulatedLoop(SimulatedScheduler scheduler, String name, LoopStep step, long idleNanos) {
        this.scheduler = scheduler;
        this.name = name;
        this.step = step;
        this.idleNanos = idleNanos;
    }

    String name() {
        return name;
    }

    boolean isRunnable(long now) {
        return !stopped && !running && !standsStill(now) && (woken || stopping || now - dueNanos >= 0);
    }

    boolean isWaiting() {
        return !stopped && !running;
    }

    /** How long until it runs by itself. */
    long nanosUntilDue(long now) {
        if (!standsStill(now)) {
            return Math.max(dueNanos - now, 0);
        }
        long rest = standsUntilNanos - now;
        return woken || stopping ? rest : Math.max(dueNanos - now, rest);
    }

    /** As a process that is not given the processor: it is woken, and does not notice. */
    void standStill(long untilNanos) {
        stands = true;
        standsUntilNanos = untilNanos;
    }

    boolean standsStill(long now) {
        stands = stands && standsUntilNanos - now > 0;
        return stands;
    }

    /**
     * Puts a wait off to the time after the present step.
     *
     * @return false if there was one in this step already
     */
    boolean sleepAfterStep(long untilNanos) {
        if (sleeps) {
            return false;
        }
        sleeps = true;
        sleepNanos = untilNanos;
        return true;
    }

    void runOnce(VirtualClock clock) {
        running = true;
        sleeps = false;
        try {
            woken = false;
            if (stopping) {
                end();
            } else {
                doStep(clock);
            }
        } finally {
            running = false;
        }
    }

    private void doStep(VirtualClock clock) {
        try {
            int done = step.runOnce(clock.nanos());
            long now = clock.nanos();
            dueNanos = done == 0 ? now + Math.min(idleNanos, Math.max(0, step.nanosUntilDue(now))) : now;
            if (done == 0 && sleeps && sleepNanos - dueNanos > 0) {
                dueNanos = sleepNanos;
            }
        } catch (SimulatedCrash crash) {
            throw crash;
        } catch (Throwable e) {
            failure = e;
            end();
        }
    }

    private void end() {
        try {
            step.onStop();
        } catch (SimulatedCrash crash) {
            throw crash;
        } catch (Throwable e) {
            Throwable first = failure;
            if (first == null) {
                failure = e;
            } else if (first != e) {
                first.addSuppressed(e);
            }
        } finally {
            stopped = true;
        }
    }

    /** The process is dead: nothing more runs, not even the end. */
    void kill() {
        stopped = true;
    }

    @Override
    public void wake() {
        woken = true;
    }

    @Override
    public void stop() {
        stopping = true;
    }

    @Override
    public boolean awaitStopped(Duration timeout) {
        return scheduler.runUntil(() -> stopped, timeout);
    }

    /** Between two steps nobody waits for anything. */
    @Override
    public void interrupt() {}

    @Override
    public List<StackTraceElement> stack() {
        return List.of();
    }

    @Override
    public boolean isCurrent() {
        return running;
    }

    @Override
    public boolean isStopped() {
        return stopped;
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }
}
