package io.millrace.dsl.operator;

import io.millrace.state.time.InputTimes;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The time of one task: how far event time has come, what the clock says, and when something is due. Owned by the task's thread. */
public final class TaskTime {
    private final Watermarks watermarks;
    private final InstantSource clock;
    private long nextEventTime = TimedOperator.NEVER;
    private long nextWallClock = TimedOperator.NEVER;
    private boolean isFiring;
    /** Of the task when the value came whose answer goes on now. */
    private long resumed;

    private boolean isResumed;
    /** How far event time is held back by what has yet to go on. */
    private @Nullable LongSupplier heldAt;
    /** The watermark by which all that is due has fired. */
    private long settled = Watermarks.UNKNOWN;

    private @Nullable Object firingKey;
    private long firingTime;

    /** Where it is kept how far the inputs have come, by the name of the store. */
    private final Map<String, InputTimes> places = new HashMap<>();

    public TaskTime(Watermarks watermarks, InstantSource clock) {
        this.watermarks = watermarks;
        this.clock = clock;
    }

    public Watermarks watermarks() {
        return watermarks;
    }

    long watermark() {
        return isResumed ? resumed : isFiring ? settled : watermarks.current();
    }

    /** The event time by which things are due: the watermark, but for what has yet to go on that came before. */
    public long reached() {
        LongSupplier held = heldAt;
        long watermark = watermarks.current();
        return held == null ? watermark : Math.min(watermark, held.getAsLong());
    }

    /** True if something has yet to go on, and holds event time back where it came. */
    public boolean isHeld() {
        LongSupplier held = heldAt;
        return held != null && held.getAsLong() != Long.MAX_VALUE;
    }

    /** @param held knows what has yet to go on; null if all goes on at once */
    void holdBy(@Nullable LongSupplier held) {
        heldAt = held;
    }

    void resumeAt(long watermark) {
        resumed = watermark;
        isResumed = true;
    }

    void endResumed() {
        isResumed = false;
    }

    long settled() {
        return settled;
    }

    long wallClock() {
        return clock.millis();
    }

    /** The part of a store in which it is kept how far the inputs have come; opened once, however often the operators are built. */
    InputTimes place(String store, Function<String, InputTimes> open) {
        return places.computeIfAbsent(store, open);
    }

    // --- what is due

    void dueAtEventTime(long eventTime) {
        nextEventTime = Math.min(nextEventTime, eventTime);
    }

    void dueAtWallClock(long millis) {
        nextWallClock = Math.min(nextWallClock, millis);
    }

    /** Forgets what is due, for who says it anew. */
    void nothingDue() {
        nextEventTime = TimedOperator.NEVER;
        nextWallClock = TimedOperator.NEVER;
    }

    long nextEventTime() {
        return nextEventTime;
    }

    long nextWallClock() {
        return nextWallClock;
    }

    /** Whether anything is due by the watermark; called after each record and whenever the clock moves event time. */
    boolean isEventTimeDue() {
        long watermark = reached();
        if (watermark >= nextEventTime && nextEventTime != TimedOperator.NEVER) {
            return true;
        }
        settled = watermark;
        return false;
    }

    // --- firing

    void beginFiring() {
        isFiring = true;
    }

    void endFiring() {
        isFiring = false;
    }

    /** All that is due by the watermark has fired. */
    void settle() {
        settled = reached();
    }

    /** Notes what fires, for the message of a failure. */
    void fires(@Nullable Object key, long dueMillis) {
        firingKey = key;
        firingTime = dueMillis;
    }

    @Nullable Object firingKey() {
        return firingKey;
    }

    long firingTime() {
        return firingTime;
    }
}
