package io.millrace.dsl.operator;

import org.jspecify.annotations.Nullable;

/**
 * A step that acts at times, not only on records: one of the task's operators, or the maker of several ({@link OperatorGraph} finds it by its
 * type). Everything it knows is in its stores (O2), so that a time passes once, whatever happens: what fires belongs to the open
 * transaction, as what a record does.
 *
 * <p>It is asked when it is next due after the start, after a roll-back, and after each firing. In between it says so itself when something
 * comes to be due earlier, by {@link RecordContext#dueAtEventTime} and {@link RecordContext#dueAtWallClock}; saying it too often costs a
 * comparison, an earlier time that is no longer due costs being asked once.
 *
 * <p>When it fires, it calls {@link RecordContext#begin(Object, long)} before each thing that is due and then hands on what comes of it, in the
 * order of time. Steps that lead to others fire before them.
 */
interface TimedOperator {
    /** Further away than any time. */
    long NEVER = Long.MAX_VALUE;

    /** Of the step, for messages. */
    String name();

    /** The first event time at which something is due, or {@link #NEVER}. */
    default long nextEventTime() {
        return NEVER;
    }

    /** Does all that is due at or before {@code watermark}, also what becomes so meanwhile. */
    default void onEventTime(long watermark, RecordContext context) {}

    /** The first time of the clock at which something is due, milliseconds since the epoch, or {@link #NEVER}. */
    default long nextWallClock() {
        return NEVER;
    }

    /** Does all that is due at or before {@code nowMillis}. */
    default void onWallClock(long nowMillis, RecordContext context) {}

    /** The watermark that it was last told to keep, in a transaction that was committed; {@link Watermarks#UNKNOWN} if none, or it has no place for it. */
    default long keptWatermark() {
        return Watermarks.UNKNOWN;
    }

    /**
     * The name of a store of {@code io.millrace.state.time} in which the task may keep how far its inputs have come (O8); null if the step keeps nothing of event
     * time.
     */
    default @Nullable String place() {
        return null;
    }

    /**
     * Keeps the watermark in its stores, if it has a place for it: a restart goes on there, so that what was late stays late, and what was about to
     * be due needs no new record. Called before the commit of a transaction in which the task did something.
     */
    default void keepWatermark(long watermark) {}
}
