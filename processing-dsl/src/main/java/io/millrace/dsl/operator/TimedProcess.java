package io.millrace.dsl.operator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A processor with timers. */
final class TimedProcess implements Operator, TimedOperator {
    private final ProcessOperator process;
    private final StepTimers<?>[] byEventTime;
    private final StepTimers<?>[] byWallClock;

    /** @param timers those of one time fire in this order */
    TimedProcess(ProcessOperator process, List<StepTimers<?>> timers) {
        this.process = process;
        this.byEventTime = timers.stream().filter(StepTimers::isEventTime).toArray(StepTimers<?>[]::new);
        this.byWallClock = timers.stream().filter(known -> !known.isEventTime()).toArray(StepTimers<?>[]::new);
    }

    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        process.accept(key, value, context);
    }

    @Override
    public String name() {
        return process.name();
    }

    @Override
    public long nextEventTime() {
        return next(byEventTime);
    }

    @Override
    public void onEventTime(long watermark, RecordContext context) {
        fire(byEventTime, watermark);
    }

    @Override
    public long nextWallClock() {
        return next(byWallClock);
    }

    @Override
    public void onWallClock(long nowMillis, RecordContext context) {
        fire(byWallClock, nowMillis);
    }

    @Override
    public long keptWatermark() {
        long kept = Watermarks.UNKNOWN;
        for (StepTimers<?> timers : byEventTime) {
            kept = Math.max(kept, timers.streamTime());
        }
        return kept;
    }

    @Override
    public @Nullable String place() {
        return byEventTime.length == 0 ? null : byEventTime[0].name();
    }

    @Override
    public void keepWatermark(long watermark) {
        for (StepTimers<?> timers : byEventTime) {
            timers.advanceTo(watermark);
        }
    }

    private static long next(StepTimers<?>[] stores) {
        long next = NEVER;
        for (StepTimers<?> timers : stores) {
            next = Math.min(next, timers.next());
        }
        return next;
    }

    /** What a timer sets may come before what was next. */
    private void fire(StepTimers<?>[] stores, long until) {
        for (StepTimers<?> first = first(stores); first.next() <= until; first = first(stores)) {
            first.fireFirst(process);
        }
    }

    /** The one with the first timer; called only when there is one. */
    private static StepTimers<?> first(StepTimers<?>[] stores) {
        StepTimers<?> first = stores[0];
        for (StepTimers<?> timers : stores) {
            if (timers.next() < first.next()) {
                first = timers;
            }
        }
        return first;
    }
}
