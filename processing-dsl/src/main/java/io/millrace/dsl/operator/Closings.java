package io.millrace.dsl.operator;

import io.millrace.state.time.Timer;
import io.millrace.state.time.Timers;
import org.jspecify.annotations.Nullable;

/**
 * When the windows of a step close, if that is when they are told of. Owned by the task's thread.
 *
 * @param timers null if each change is told of, and no close
 */
record Closings<W>(@Nullable Timers<W> timers) {
    /** Takes what closes. */
    @FunctionalInterface
    interface Action<W> {
        void close(W window, long time);
    }

    boolean areToldOf() {
        return timers != null;
    }

    /** Has this told of, if closes are. */
    void set(W window, long close, RecordContext context) {
        if (timers != null) {
            timers.set(window, close);
            context.dueAtEventTime(close);
        }
    }

    /** The first one, {@link TimedOperator#NEVER} if there is none. */
    long next() {
        return timers == null ? TimedOperator.NEVER : timers.next();
    }

    /** Takes all that are not after the watermark, in the order of time. */
    void takeUntil(long watermark, Action<? super W> action) {
        if (timers != null) {
            for (Timer<W> due = timers.takeUntil(watermark); due != null; due = timers.takeUntil(watermark)) {
                action.close(due.key(), due.time());
            }
        }
    }

    /** The time that they were told, {@link Watermarks#UNKNOWN} if none. */
    long streamTime() {
        return timers == null ? Watermarks.UNKNOWN : timers.streamTime();
    }

    void advanceTo(long time) {
        if (timers != null) {
            timers.advanceTo(time);
        }
    }
}
