package io.millrace.dsl.operator;

import io.millrace.state.time.RecordQueue;
import org.jspecify.annotations.Nullable;

/**
 * Has each record of a stream wait until event time has passed it by the grace, and then joins it with the row of its time. Records are joined in the order of
 * their timestamps, those of one time in the order of their coming; only one that comes too late to wait is joined at once.
 */
final class GraceJoinInlets implements Operator, TimedOperator {
    private final StreamTableJoinOperator join;
    private final RecordQueue<Object, Object> waiting;
    private final long graceMillis;

    GraceJoinInlets(StreamTableJoinOperator join, RecordQueue<Object, Object> waiting, long graceMillis) {
        this.join = join;
        this.waiting = waiting;
        this.graceMillis = graceMillis;
    }

    /** The table's own changes cause nothing here: they are in its store when a record looks. */
    @Override
    public Operator inlet(int input) {
        return input == 0 ? this : DropOperator.INSTANCE;
    }

    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        long time = context.timestamp();
        boolean mayWait = join.mayHaveResult(key, value) && time != NEVER && !isLate(time, context.watermark());
        if (key != null && value != null && mayWait) {
            waiting.add(key, time, value);
            context.dueAtEventTime(dueOf(time));
        } else {
            join.accept(key, value, context);
        }
    }

    /** All that waited for the same time or an earlier one has been joined. */
    private boolean isLate(long time, long watermark) {
        return watermark != Watermarks.UNKNOWN && time < watermark - graceMillis;
    }

    private long dueOf(long time) {
        long due = time + graceMillis;
        return due < time || due == NEVER ? NEVER - 1 : due;
    }

    // --- records that have waited

    @Override
    public String name() {
        return waiting.name();
    }

    @Override
    public long nextEventTime() {
        long first = waiting.next();
        return first == RecordQueue.NEVER ? NEVER : dueOf(first);
    }

    @Override
    public void onEventTime(long watermark, RecordContext context) {
        while (nextEventTime() <= watermark) {
            RecordQueue.Waiting<Object, Object> due = waiting.takeUntil(RecordQueue.NEVER);
            if (due == null) {
                return;
            }
            context.begin(due.key(), dueOf(due.time()));
            context.accept(join, due.key(), due.value(), due.time());
        }
    }

    @Override
    public long keptWatermark() {
        return waiting.streamTime();
    }

    @Override
    public String place() {
        return waiting.name();
    }

    @Override
    public void keepWatermark(long watermark) {
        waiting.advanceTo(watermark);
    }
}
