package io.millrace.platform.system;

import io.millrace.platform.LoopStep;
import io.millrace.platform.Scheduler;
import io.millrace.platform.Ticker;
import io.millrace.platform.Waiter;
import java.time.Duration;
import java.util.List;

/** Runs each loop on a thread of its own, with the loop's name. */
public final class ThreadScheduler implements Scheduler {
    private final Ticker ticker;
    private final TaskThreads together = new TaskThreads();

    public ThreadScheduler(Ticker ticker) {
        this.ticker = ticker;
    }

    @Override
    public Loop start(String name, LoopStep step, Duration idle) {
        ThreadLoop loop = new ThreadLoop(name, step, Ticker.nanosOf(idle), ticker);
        loop.startThread();
        return loop;
    }

    @Override
    public Waiter newWaiter() {
        return new ParkingWaiter(ticker);
    }

    @Override
    public void runTogether(List<Runnable> tasks) {
        together.run(tasks);
    }
}
