package io.millrace.dsl.testing;

import io.millrace.platform.LoopStep;
import io.millrace.platform.Scheduler;
import io.millrace.platform.Waiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs the loops of one instance, until that is killed: from then on they do nothing, and do not notice that they end. Owned by the test's thread. */
final class MortalScheduler implements Scheduler {
    private final Scheduler scheduler;
    private final List<Loop> loops = new ArrayList<>();
    private boolean isDead;

    MortalScheduler(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void die() {
        isDead = true;
        loops.forEach(Loop::stop);
    }

    @Override
    public Loop start(String name, LoopStep step, Duration idle) {
        Loop loop = scheduler.start(name, new MortalStep(step), idle);
        loops.add(loop);
        return loop;
    }

    @Override
    public Waiter newWaiter() {
        return scheduler.newWaiter();
    }

    @Override
    public void runTogether(List<Runnable> tasks) {
        scheduler.runTogether(tasks);
    }

    private final class MortalStep implements LoopStep {
        private final LoopStep step;

        MortalStep(LoopStep step) {
            this.step = step;
        }

        @Override
        public int runOnce(long nowNanos) {
            return isDead ? 0 : step.runOnce(nowNanos);
        }

        @Override
        public long nanosUntilDue(long nowNanos) {
            return step.nanosUntilDue(nowNanos);
        }

        @Override
        public void onStop() {
            if (!isDead) {
                step.onStop();
            }
        }
    }
}
