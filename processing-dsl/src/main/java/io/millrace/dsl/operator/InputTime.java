package io.millrace.dsl.operator;

import java.util.function.ObjLongConsumer;

/** How far event time has come in one input of a task: by its records, or by what those say who write it. Owned by the task's thread. */
abstract sealed class InputTime permits RecordTime, WriterTimes {
    private final String name;
    private boolean isIdle;
    private boolean isLagging = true;

    /** @param name by which the next life of the task knows it */
    InputTime(String name) {
        this.name = name;
    }

    final String name() {
        return name;
    }

    /** Whether it holds nothing back, as of the last look. */
    final boolean isIdle() {
        return isIdle;
    }

    final void setIdle(boolean idle) {
        isIdle = idle;
    }

    final boolean isLagging() {
        return isLagging;
    }

    /** Up to where nothing is to come of it any more that is not late; {@link Watermarks#UNKNOWN} if nobody knows. */
    abstract long reached();

    /** The event time at which others have something due of which records may come: the clock does not get there before those have said so. */
    abstract long until();

    /** The greatest time that is known of it, from which the clock goes on. */
    abstract long greatest();

    /**
     * A record is about to be processed.
     *
     * @return true if {@link #reached} is another now
     */
    abstract boolean advance(long timestamp);

    /** Takes the last {@link #advance} back. */
    abstract void undo();

    /** Records of it were processed. */
    abstract void came(long nowNanos);

    /** Finds whether it is idle now. */
    final void look(long nowNanos, boolean lags, IdleRule rule) {
        isLagging = lags;
        isIdle = rule.isKnown() && isIdleAt(nowNanos, lags, rule);
    }

    abstract boolean isIdleAt(long nowNanos, boolean lags, IdleRule rule);

    /** How long it takes until the clock alone lets it hold back less; {@link Long#MAX_VALUE} if it never does. */
    abstract long nanosUntilIdle(long nowNanos, IdleRule rule);

    /** Since when the clock goes on from {@link #greatest}, if it is idle. */
    abstract long sinceNanos(IdleRule rule);

    /** Visits what the next life of the task has to know beside its watermark, as numbers with names. */
    abstract void forEachKept(long watermark, ObjLongConsumer<String> action);

    /** Takes such a number; one with another name is not meant. */
    abstract void resume(String keptName, long value);

    abstract void committed();

    abstract void rolledBack();
}
