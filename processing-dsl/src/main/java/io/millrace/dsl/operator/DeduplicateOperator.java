package io.millrace.dsl.operator;

import io.millrace.dsl.DeduplicateStep;
import io.millrace.dsl.deduplication.KeyAndId;
import io.millrace.dsl.deduplication.Passed;
import io.millrace.state.KeyValueStore;
import io.millrace.state.time.Timer;
import io.millrace.state.time.Timers;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Lets a record pass if none of its key and id has passed that happened less than the window before or after it. */
final class DeduplicateOperator implements Operator, TimedOperator {
    private final String name;
    private final BiFunction<Object, Object, Object> idOf;
    private final long windowMillis;
    private final PassedRecords passed;
    private final Timers<KeyAndId> expiry;
    private final Ways ways;

    /**
     * Where records go.
     *
     * @param duplicates where those go that repeat one, null if nobody asked for them
     */
    record Ways(Operator next, @Nullable Operator duplicates, LateRecords late) {}

    DeduplicateOperator(
            DeduplicateStep step, KeyValueStore<KeyAndId, Passed> passed, Timers<KeyAndId> expiry, Ways ways) {
        this.name = step.name();
        this.idOf = step.idOf();
        this.windowMillis = step.windowMillis();
        this.passed = new PassedRecords(passed);
        this.expiry = expiry;
        this.ways = ways;
    }

    @Override
    @SuppressWarnings("NullAway") // whether values may be missing, the user's types say
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        if (key == null) {
            context.countDropped();
            return;
        }
        @Nullable Object id = idOf.apply(key, value);
        if (id == null) {
            throw new IllegalArgumentException("A record has no id for deduplicate '" + name
                    + "': filter out those that have none before it, or give them one in idOf");
        }
        long time = context.timestamp();
        KeyAndId which = new KeyAndId(key, id);
        Passed known = passed.find(which);
        if (passed.isRepeated(which, known, time, windowMillis)) {
            repeated(key, value, context);
        } else if (isLate(time, context.watermark())) {
            ways.late.accept(key, value, context);
        } else {
            if (passed.add(which, known, time)) {
                forgetAt(which, endOf(time), context);
            }
            ways.next.accept(key, value, context);
        }
    }

    private void repeated(Object key, @Nullable Object value, RecordContext context) {
        Operator duplicates = ways.duplicates;
        if (duplicates == null) {
            context.countDropped();
        } else {
            duplicates.accept(key, value, context);
        }
    }

    /** What it repeats may be forgotten (DD2). */
    private boolean isLate(long time, long watermark) {
        return watermark != Watermarks.UNKNOWN && time < watermark - windowMillis;
    }

    private long endOf(long time) {
        long end = time + 2 * windowMillis;
        return end < time || end == NEVER ? NEVER - 1 : end;
    }

    private void forgetAt(KeyAndId which, long end, RecordContext context) {
        expiry.set(which, end);
        context.dueAtEventTime(end);
    }

    // --- what is forgotten

    @Override
    public String name() {
        return name;
    }

    @Override
    public long nextEventTime() {
        return expiry.next();
    }

    @Override
    public void onEventTime(long watermark, RecordContext context) {
        for (Timer<KeyAndId> due = expiry.takeUntil(watermark); due != null; due = expiry.takeUntil(watermark)) {
            context.begin(due.key(), due.time());
            forget(due.key(), watermark, context);
        }
    }

    /** The window may have been another one when the timer was set: it is the present one that counts (DD3). */
    private void forget(KeyAndId which, long watermark, RecordContext context) {
        long first = passed.forget(which, time -> endOf(time) > watermark);
        if (first != PassedRecords.NONE) {
            forgetAt(which, endOf(first), context);
        }
    }

    @Override
    public long keptWatermark() {
        return expiry.streamTime();
    }

    @Override
    public String place() {
        return expiry.name();
    }

    @Override
    public void keepWatermark(long watermark) {
        expiry.advanceTo(watermark);
    }
}
