package io.millrace.platform.system;

import io.millrace.platform.LoopStep;
import io.millrace.platform.Scheduler;
import io.millrace.platform.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loop on its own thread. The thread is no daemon: a program that forgets to stop its loops does not lose what they were doing. */
final class ThreadLoop implements Scheduler.Loop {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadLoop.class);

    private final String name;
    private final LoopStep step;
    private final long idleNanos;
    private final Ticker ticker;
    private final ParkingWaiter idle;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopping;
    private volatile @Nullable Throwable failure;

    ThreadLoop(String name, LoopStep step, long idleNanos, Ticker ticker) {
        this.name = name;
        this.step = step;
        this.idleNanos = idleNanos;
        this.ticker = ticker;
        idle = new ParkingWaiter(ticker);
        thread = new Thread(this::run, name);
        thread.setDaemon(false);
    }

    void startThread() {
        thread.start();
    }

    private void run() {
        try {
            while (!stopping) {
                int done = step.runOnce(ticker.nanos());
                if (done == 0 && !stopping) {
                    idle.await(Math.min(idleNanos, Math.max(0, step.nanosUntilDue(ticker.nanos()))));
                    // An interrupt ends an idle wait, as a wake does. Left set, it would end all that follow, and the
                    // loop would spin.
                    Thread.interrupted();
                }
            }
        } catch (Throwable e) {
            fail(e, !step.tellsOfFailures());
        } finally {
            finish();
        }
    }

    private void finish() {
        // What was interrupted is over: the end has waits of its own.
        Thread.interrupted();
        try {
            step.onStop();
        } catch (Throwable e) {
            fail(e, true);
        } finally {
            ended.countDown();
        }
    }

    private void fail(Throwable cause, boolean isToBeTold) {
        Throwable first = failure;
        if (first == null) {
            failure = cause;
            if (isToBeTold) {
                LOG.error("Loop {} ends because a step failed", name, cause);
            }
        } else if (first != cause) {
            first.addSuppressed(cause);
        }
    }

    @Override
    public void wake() {
        idle.signal();
    }

    @Override
    public void stop() {
        stopping = true;
        idle.signal();
    }

    @Override
    public boolean awaitStopped(Duration timeout) {
        long deadline = ticker.nanos() + Ticker.nanosOf(timeout);
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    return ended.await(deadline - ticker.nanos(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void interrupt() {
        thread.interrupt();
    }

    @Override
    public List<StackTraceElement> stack() {
        return List.of(thread.getStackTrace());
    }

    @Override
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    @Override
    public boolean isStopped() {
        return ended.getCount() == 0;
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }
}
