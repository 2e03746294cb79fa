package io.millrace.platform.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.LoopStep;
import io.millrace.platform.Scheduler.Loop;
import io.millrace.platform.Waiter;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ThreadSchedulerTest {
    private static final Duration FOR_EVER = Duration.ofMinutes(4);

    private final ThreadScheduler scheduler = new ThreadScheduler(System::nanoTime);

    @Test
    void idleLoopRunsAgainWhenItIsWoken() throws InterruptedException {
        BlockingQueue<String> steps = new LinkedBlockingQueue<>();
        Loop loop = scheduler.start(
                "loop-under-test",
                now -> {
                    steps.add(Thread.currentThread().getName());
                    return 0;
                },
                FOR_EVER);

        assertThat(steps.take()).isEqualTo("loop-under-test");
        for (int i = 0; i < 1000; i++) {
            loop.wake();
            assertThat(steps.take()).isEqualTo("loop-under-test");
        }
        loop.stop();
        assertThat(loop.awaitStopped(FOR_EVER)).isTrue();
        assertThat(loop.failure()).isEmpty();
    }

    @Test
    void idleLoopRunsAgainByItself() {
        CountDownLatch third = new CountDownLatch(3);
        Loop loop = scheduler.start(
                "idle",
                now -> {
                    third.countDown();
                    return third.getCount() == 0 ? 1 : 0;
                },
                Duration.ofMillis(1));
        assertThat(await(third)).isTrue();
        loop.stop();
        assertThat(loop.awaitStopped(FOR_EVER)).isTrue();
    }

    @Test
    void idleLoopRunsAgainWhenItsStepSaysThatItIsDue() {
        CountDownLatch third = new CountDownLatch(3);
        Loop loop = scheduler.start(
                "due",
                new LoopStep() {
                    @Override
                    public int runOnce(long nowNanos) {
                        third.countDown();
                        return 0;
                    }

                    @Override
                    public long nanosUntilDue(long nowNanos) {
                        return third.getCount() == 0 ? Long.MAX_VALUE : 1_000_000;
                    }
                },
                FOR_EVER);
        assertThat(await(third)).isTrue();
        loop.stop();
        assertThat(loop.awaitStopped(FOR_EVER)).isTrue();
    }

    /** A program that forgets to stop its loops does not lose what they were doing. */
    @Test
    void aLoopKeepsTheProcessAlive() throws InterruptedException {
        BlockingQueue<Boolean> daemons = new LinkedBlockingQueue<>();
        Loop loop = scheduler.start(
                "kept",
                now -> {
                    daemons.add(Thread.currentThread().isDaemon());
                    return 0;
                },
                FOR_EVER);
        assertThat(daemons.take()).isFalse();
        loop.stop();
        assertThat(loop.awaitStopped(FOR_EVER)).isTrue();
    }

    @Test
    void failedStepEndsTheLoopWhichStillStopsOnce() {
        AtomicInteger stops = new AtomicInteger();
        IllegalStateException cause = new IllegalStateException("of this test");
        Loop loop = scheduler.start(
                "failing",
                new LoopStep() {
                    @Override
                    public int runOnce(long nowNanos) {
                        throw cause;
                    }

                    @Override
                    public void onStop() {
                        stops.incrementAndGet();
                        throw new IllegalArgumentException("of the end");
                    }
                },
                FOR_EVER);

        assertThat(loop.awaitStopped(FOR_EVER)).isTrue();
        assertThat(loop.failure()).containsSame(cause);
        assertThat(cause.getSuppressed()).hasSize(1);
        assertThat(stops).hasValue(1);
    }

    /** And its end is not. */
    @Test
    void aStepIsInterrupted() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Loop loop = scheduler.start(
                "interrupted",
                new LoopStep() {
                    @Override
                    public int runOnce(long nowNanos) {
                        inside.countDown();
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            seen.add("step");
                            Thread.currentThread().interrupt();
                        }
                        return 0;
                    }

                    @Override
                    public void onStop() {
                        seen.add("end " + Thread.currentThread().isInterrupted());
                    }
                },
                FOR_EVER);
        inside.await();
        assertThat(loop.stack()).extracting(StackTraceElement::getMethodName).contains("runOnce", "await");
        loop.stop();
        assertThat(loop.awaitStopped(Duration.ZERO)).isFalse();
        loop.interrupt();
        assertThat(loop.awaitStopped(FOR_EVER)).isTrue();
        assertThat(seen).containsExactly("step", "end false");
    }

    @Test
    void whoIsInterruptedWaitsForTheEndAllTheSame() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Loop loop = scheduler.start(
                "patient",
                now -> {
                    inside.countDown();
                    await(released);
                    return 0;
                },
                FOR_EVER);
        inside.await();
        loop.stop();
        Thread.currentThread().interrupt();
        assertThat(loop.awaitStopped(Duration.ZERO)).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        released.countDown();
        Thread.currentThread().interrupt();
        assertThat(loop.awaitStopped(FOR_EVER)).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void interruptedStepDoesNotMakeTheLoopSpinOrEnd() throws InterruptedException {
        BlockingQueue<Boolean> interruptedAtStart = new LinkedBlockingQueue<>();
        Loop loop = scheduler.start(
                "interrupted",
                now -> {
                    interruptedAtStart.add(Thread.currentThread().isInterrupted());
                    Thread.currentThread().interrupt();
                    return 0;
                },
                FOR_EVER);
        assertThat(interruptedAtStart.take()).isFalse();
        loop.wake();
        assertThat(interruptedAtStart.take()).isFalse();
        loop.stop();
        assertThat(loop.awaitStopped(FOR_EVER)).isTrue();
    }

    @Test
    void stoppedIsFalseWhileTheLoopRuns() {
        CountDownLatch release = new CountDownLatch(1);
        Loop loop = scheduler.start(
                "busy",
                now -> {
                    await(release);
                    return 1;
                },
                FOR_EVER);
        assertThat(loop.awaitStopped(Duration.ZERO)).isFalse();
        assertThat(loop.isStopped()).isFalse();
        loop.stop();
        release.countDown();
        assertThat(loop.awaitStopped(FOR_EVER)).isTrue();
        assertThat(loop.isStopped()).isTrue();
    }

    @Test
    void signalGivenBeforeIsKeptAndCountsOnce() {
        Waiter waiter = scheduler.newWaiter();
        waiter.signal();
        waiter.signal();
        waiter.await(FOR_EVER.toNanos());
        long start = System.nanoTime();
        waiter.await(1_000_000);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000);
    }

    /** Ping-pong over two waiters: one lost signal and it stands still. */
    @Test
    void noSignalIsLost() throws InterruptedException {
        int rounds = 20_000;
        Waiter ping = scheduler.newWaiter();
        Waiter pong = scheduler.newWaiter();
        AtomicInteger ball = new AtomicInteger();
        Thread other = new Thread(() -> {
            for (int i = 0; i < rounds; i++) {
                while (ball.get() != 2 * i + 1) {
                    ping.await(FOR_EVER.toNanos());
                }
                ball.incrementAndGet();
                pong.signal();
            }
        });
        other.start();
        for (int i = 0; i < rounds; i++) {
            ball.incrementAndGet();
            ping.signal();
            while (ball.get() != 2 * i + 2) {
                pong.await(FOR_EVER.toNanos());
            }
        }
        other.join();
        assertThat(ball).hasValue(2 * rounds);
    }

    @Test
    void interruptEndsAWaitAndStaysSet() {
        Waiter waiter = scheduler.newWaiter();
        Thread.currentThread().interrupt();
        waiter.await(FOR_EVER.toNanos());
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void tasksThatWaitForEachOtherRunTogether() {
        CountDownLatch all = new CountDownLatch(3);
        Runnable task = () -> {
            all.countDown();
            await(all);
        };
        scheduler.runTogether(List.of(task, task, task));
        assertThat(all.getCount()).isZero();
    }

    @Test
    void whoeverComesWhileAllThreadsAreBusyRunsHisTasksHimself() throws InterruptedException {
        int many = 20;
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(9);
        Runnable waiting = () -> {
            busy.countDown();
            await(release);
        };
        Thread other = new Thread(() -> scheduler.runTogether(Collections.nCopies(many, waiting)));
        other.start();
        // Eight threads and the caller itself.
        busy.await();

        AtomicInteger done = new AtomicInteger();
        scheduler.runTogether(Collections.nCopies(many, done::incrementAndGet));

        assertThat(done).hasValue(many);
        release.countDown();
        other.join();
    }

    @Test
    void aTaskThatFailsKeepsNoneFromRunningAndTheFirstFailureIsThrown() {
        AtomicInteger done = new AtomicInteger();
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second");
        Runnable good = done::incrementAndGet;
        assertThatThrownBy(() -> scheduler.runTogether(List.of(
                        good,
                        () -> {
                            throw first;
                        },
                        () -> {
                            throw second;
                        },
                        good)))
                .isSameAs(first)
                .hasSuppressedException(second);
        assertThat(done).hasValue(2);
    }

    @Test
    void anInterruptLeavesNoTaskHalfWayAndStaysSet() {
        AtomicInteger done = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        scheduler.runTogether(List.of(
                () -> {
                    await(begun);
                    caller.interrupt();
                },
                () -> {
                    begun.countDown();
                    while (caller.getState() == Thread.State.RUNNABLE) {
                        Thread.onSpinWait();
                    }
                    done.incrementAndGet();
                }));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).hasValue(1);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
