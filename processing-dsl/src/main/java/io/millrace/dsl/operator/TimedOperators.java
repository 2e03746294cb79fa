package io.millrace.dsl.operator;

import io.millrace.state.time.InputTimes;
import java.util.List;

/** The steps of a task that act at times, and the first time at which one of them does (O9). Owned by the task's thread. */
public final class TimedOperators {
    /** In the order of their firing. */
    private final TimedOperator[] operators;

    /** Where it is kept how far the inputs have come: in the first one; another one was the first perhaps before the program was changed. */
    private final List<InputTimes> places;

    private final RecordContext context;
    private final TaskTime time;
    private String firing = "";

    /**
     * @param made each before all that lead to it
     * @param places where it may be kept how far the inputs have come
     */
    TimedOperators(List<TimedOperator> made, List<InputTimes> places, RecordContext context, TaskTime time) {
        this.places = places;
        this.operators = new TimedOperator[made.size()];
        for (int i = 0; i < operators.length; i++) {
            operators[i] = made.get(operators.length - 1 - i);
        }
        this.context = context;
        this.time = time;
        for (TimedOperator operator : operators) {
            time.watermarks().resumeAt(operator.keptWatermark());
        }
        for (InputTimes place : places) {
            place.all().forEach(time.watermarks()::resumeInput);
        }
        time.settle();
        askAll();
    }

    /** Those of a task that is not built yet. */
    public static TimedOperators none(TaskTime time) {
        return new TimedOperators(List.of(), List.of(), new RecordContext(() -> 0, time, 0), time);
    }

    private void askAll() {
        time.nothingDue();
        for (TimedOperator operator : operators) {
            time.dueAtEventTime(operator.nextEventTime());
            time.dueAtWallClock(operator.nextWallClock());
        }
    }

    /** Whether anything is due by the watermark. Called after each record and each look at the clock: it is the moment at which time passes. */
    public boolean isEventTimeDue() {
        return time.isEventTimeDue();
    }

    public boolean isWallClockDue(long nowMillis) {
        return nowMillis >= time.nextWallClock();
    }

    public long nextEventTime() {
        return time.nextEventTime();
    }

    public long nextWallClock() {
        return time.nextWallClock();
    }

    /** Fires all that is due by the watermark. If it throws, some has fired and some has not: there is nothing but to roll back. */
    public void fireEventTime() {
        time.beginFiring();
        try {
            for (TimedOperator operator : operators) {
                // What one fires may be called about, and then holds back those behind it.
                long watermark = time.reached();
                if (operator.nextEventTime() <= watermark) {
                    firing = operator.name();
                    operator.onEventTime(watermark, context);
                }
            }
        } finally {
            time.endFiring();
        }
        time.settle();
        askAll();
    }

    /** Fires all that is due by the clock, and then what that made due by the watermark. As {@link #fireEventTime} if it throws. */
    public void fireWallClock(long nowMillis) {
        for (TimedOperator operator : operators) {
            if (operator.nextWallClock() <= nowMillis) {
                firing = operator.name();
                operator.onWallClock(nowMillis, context);
            }
        }
        askAll();
        if (isEventTimeDue()) {
            fireEventTime();
        }
    }

    /** Has the watermark kept, and how far inputs are ahead of it, before a commit. */
    public void keepTime() {
        long watermark = time.reached();
        if (watermark != Watermarks.UNKNOWN) {
            for (TimedOperator operator : operators) {
                operator.keepWatermark(watermark);
            }
        }
        if (!places.isEmpty()) {
            time.watermarks().forEachKept(watermark, places.get(0)::keep);
        }
    }

    /** What fired last, for the message of its failure. */
    public String described() {
        return "The timer of step '" + firing + "' for key " + time.firingKey() + " at " + time.firingTime();
    }
}
