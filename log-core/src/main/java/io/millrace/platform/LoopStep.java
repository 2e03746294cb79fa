package io.millrace.platform;

/** A loop's body, written as a step so that a thread or a simulator can run it. Called by one thread at a time. */
public interface LoopStep {
    /**
     * Does a bounded piece of work.
     *
     * @return how much was done; 0 when there was nothing to do
     */
    int runOnce(long nowNanos);

    /** Asked after a step that did nothing: how long the wait for the next one may be at the most. Called by the loop's thread. */
    default long nanosUntilDue(long nowNanos) {
        return Long.MAX_VALUE;
    }

    /** True if a step tells of its failures itself, because it knows what they mean; else the scheduler logs them. What {@link #onStop} throws is logged in any case. */
    default boolean tellsOfFailures() {
        return false;
    }

    /** Called once, by the loop's thread, after the last step, whether it ended by stop or by exception. */
    default void onStop() {}
}
