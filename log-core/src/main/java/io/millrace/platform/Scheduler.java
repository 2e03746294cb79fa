package io.millrace.platform;

import java.time.Duration;
import java.util.List;

/** Runs loops: each on a thread of its own, or all of them by a simulator in an order that a seed decides. */
public interface Scheduler {
    /**
     * Starts a loop. When a step returns 0, the next one comes at a {@link Loop#wake} , after {@code idle}, or when
     * {@link LoopStep#nanosUntilDue} says, whichever is first. A step
     * that throws ends the loop; {@link Loop#failure} then says why.
     */
    Loop start(String name, LoopStep step, Duration idle);

    Waiter newWaiter();

    /**
     * Runs all tasks, at the same time if it can, and returns when each has ended: for those that wait for a device and not for each other.
     * One that fails keeps none of the others from running; when all have ended, the failure of the first in the list is thrown, and the
     * others are suppressed in it.
     */
    void runTogether(List<Runnable> tasks);

    /** A loop that runs. */
    interface Loop {
        /** Ends an idle wait. Callable from any thread. */
        void wake();

        /** Asks the loop to end after its present step. Callable from any thread. */
        void stop();

        /**
         * Waits until the loop has ended and {@link LoopStep#onStop} has returned, whoever interrupts; an interrupt is still set afterwards.
         *
         * @return false if it did not within the time
         */
        boolean awaitStopped(Duration timeout);

        /**
         * Interrupts what the loop's thread waits for, also in code that a step calls; nothing if the loop has none of its own, or has ended. The end of
         * the loop is not interrupted by what came before. Callable from any thread.
         */
        void interrupt();

        /** Where the loop's thread is now, innermost first; empty if it has none of its own, or has ended. Callable from any thread. */
        List<StackTraceElement> stack();

        /** Whether the caller is in a step of this loop, or in its end: who waits there for the loop waits for ever. */
        boolean isCurrent();

        boolean isStopped();

        java.util.Optional<Throwable> failure();
    }
}
