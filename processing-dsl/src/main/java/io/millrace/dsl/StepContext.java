package io.millrace.dsl;

/**
 * Where the present record comes from, and what time it is. Belongs to the task's thread and describes the present record only during
 * its processing. While a timer fires there is no record: asking for its offset or partition is an IllegalStateException.
 */
public interface StepContext extends RecordOrigin {
    /** The record's timestamp, or the time that a timer was set to; milliseconds since the epoch. Records that are emitted carry it. */
    @Override
    long timestamp();

    /**
     * The event time that the task has reached, milliseconds since the epoch: the least of what its inputs have reached that are not
     * idle, which is their greatest timestamp, the present record included, or behind {@code repartition} and {@code groupBy} what the tasks before it have reached; {@link Long#MIN_VALUE} as long as one of them had no record. While a timer fires, it is the one
     * that held before. It never goes back in what is committed, as long as the step has timers of event time, which keep it.
     */
    long watermark();

    /**
     * What the clock says, milliseconds since the epoch. For setting timers by it: whatever else depends on it comes out otherwise when the
     * record is processed again after a crash.
     */
    long wallClock();
}
