package io.millrace.platform.system;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A few threads that help whoever has several tasks to wait for. Safe for use by several threads. They end when nobody needed them for a
 * while, and are daemons: whoever asked for a task waits for it himself.
 */
final class TaskThreads {
    /** Of all callers together: as many as a device has use for at once. */
    private static final int MOST_THREADS = 8;

    private static final long IDLE_SECONDS = 5;

    private final ThreadPoolExecutor threads;
    private final AtomicInteger started = new AtomicInteger();

    TaskThreads() {
        threads = new ThreadPoolExecutor(
                MOST_THREADS,
                MOST_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                this::newThread);
        threads.allowCoreThreadTimeOut(true);
    }

    private Thread newThread(Runnable work) {
        Thread thread = new Thread(work, "millrace-together-" + started.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** As {@link io.millrace.platform.Scheduler#runTogether}. The caller runs the first, and what no thread has begun when that is done. */
    void run(List<Runnable> tasks) {
        List<Task> all = new ArrayList<>(tasks.size());
        for (Runnable task : tasks) {
            all.add(new Task(task));
        }
        for (int i = 1; i < all.size(); i++) {
            threads.execute(all.get(i));
        }
        // So nobody waits for threads that others keep busy.
        all.forEach(Task::run);
        Throwable failure = null;
        for (Task task : all) {
            Throwable own = task.join();
            if (failure == null) {
                failure = own;
            } else if (own != null && own != failure) {
                failure.addSuppressed(own);
            }
        }
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /** Runs once, on the thread that comes first. */
    private static final class Task implements Runnable {
        private final Runnable work;
        private final AtomicBoolean begun = new AtomicBoolean();
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile @Nullable Throwable failure;

        Task(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            if (!begun.compareAndSet(false, true)) {
                return;
            }
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failure = e;
            } finally {
                ended.countDown();
            }
        }

        /** Waits for the end, whoever interrupts: what has begun is not left half-way. @return why it failed, null if it did not */
        @Nullable Throwable join() {
            boolean isInterrupted = false;
            for (; ; ) {
                try {
                    ended.await();
                    break;
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
            return failure;
        }
    }
}
