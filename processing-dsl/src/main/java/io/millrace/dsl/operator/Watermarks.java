package io.millrace.dsl.operator;

import io.millrace.platform.Ticker;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import java.util.function.ObjLongConsumer;

/**
 * How far event time has come in one task: the least of what its inputs have reached, but for those that are idle (O6 to O8). Knows no clock:
 * whoever calls says what time it is. Owned by the task's thread; a record costs no object.
 */
public final class Watermarks {
    /** The watermark as long as some input that is not idle had no record. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    private final boolean isIdleKnown;
    private final long idleNanos;
    private Input[] inputs;
    private long watermark = UNKNOWN;
    private long committedWatermark = UNKNOWN;
    /** What the task's stores remember of its life before this one; {@link #UNKNOWN} if nothing. */
    private long kept = UNKNOWN;

    // Before the last record, for one that fails.
    private int lastInput = -1;
    private boolean wasIdle;
    private long greatestBefore;
    private long watermarkBefore;

    /** One of them. */
    private static final class Input {
        String name = "";
        boolean isAssigned;
        boolean isIdle;
        boolean isLagging = true;
        long greatest = UNKNOWN;
        long committedGreatest = UNKNOWN;
        /** When its last record came, or else when it was assigned. */
        long lastNanos;
    }

    /**
     * @param inputs how many there are at first; they go by number, and count once they are assigned
     * @param idleTimeout after how long without a record an input without a backlog is idle; empty for never
     */
    public Watermarks(int inputs, Optional<Duration> idleTimeout) {
        this.inputs = new Input[inputs];
        for (int i = 0; i < inputs; i++) {
            this.inputs[i] = new Input();
        }
        this.isIdleKnown = idleTimeout.isPresent();
        this.idleNanos = idleTimeout.map(Ticker::nanosOf).orElse(0L);
    }

    /** The event time that the task has reached, milliseconds since the epoch, or {@link #UNKNOWN}. */
    public long current() {
        return watermark;
    }

    // --- inputs come and go

    /**
     * The input is read from now on.
     *
     * @param name by which the next life of the task knows it
     */
    public void assign(int input, String name, long nowNanos) {
        while (input >= inputs.length) {
            // Of a topic that matches a pattern and was not there before.
            inputs = Arrays.copyOf(inputs, inputs.length + 1);
            inputs[inputs.length - 1] = new Input();
        }
        Input assigned = inputs[input];
        assigned.name = name;
        assigned.isAssigned = true;
        assigned.isIdle = false;
        assigned.isLagging = true;
        assigned.lastNanos = nowNanos;
    }

    /** The input is read by somebody else. */
    public void revoke(int input) {
        inputs[input] = new Input();
        lastInput = -1;
    }

    /** Begins where a former life of the task had come. */
    public void resumeAt(long eventTime) {
        kept = Math.max(kept, eventTime);
        watermark = Math.max(watermark, kept);
        committedWatermark = Math.max(committedWatermark, kept);
    }

    /** An input had come so far in a former life of the task, by what was committed; of one that is not read any more, nothing follows. */
    public void resumeInput(String name, long reached) {
        for (Input input : inputs) {
            if (input.isAssigned && input.name.equals(name)) {
                input.greatest = Math.max(input.greatest, reached);
                input.committedGreatest = Math.max(input.committedGreatest, reached);
            }
        }
    }

    /**
     * Visits the inputs that are ahead of the watermark, with how far they have come: what the next life of the task has to know beside the watermark. One that is
     * not ahead holds time back where it is, as one of which nothing is known does.
     */
    public void forEachAhead(ObjLongConsumer<String> action) {
        for (Input input : inputs) {
            if (input.isAssigned && input.greatest > watermark) {
                action.accept(input.name, input.greatest);
            }
        }
    }

    // --- records

    /** A record with this timestamp is about to be processed. */
    void advance(int number, long timestamp) {
        Input input = inputs[number];
        lastInput = number;
        wasIdle = input.isIdle;
        greatestBefore = input.greatest;
        watermarkBefore = watermark;
        input.isIdle = false;
        if (timestamp > input.greatest) {
            input.greatest = timestamp;
            // An input that was ahead of the watermark does not hold it back.
            if (greatestBefore <= watermark) {
                reachLeast();
            }
        }
    }

    /** The record that came last failed, and is as if it had not come. */
    void undo() {
        if (lastInput >= 0) {
            Input input = inputs[lastInput];
            input.isIdle = wasIdle;
            input.greatest = greatestBefore;
            watermark = watermarkBefore;
            lastInput = -1;
        }
    }

    /** Records of this input were read. */
    public void came(int input, long nowNanos) {
        inputs[input].lastNanos = nowNanos;
    }

    private void reachLeast() {
        long least = Long.MAX_VALUE;
        boolean isAnyActive = false;
        for (Input input : inputs) {
            if (input.isAssigned && !input.isIdle) {
                isAnyActive = true;
                least = Math.min(least, input.greatest);
            }
        }
        if (isAnyActive && least > watermark) {
            watermark = least;
        }
    }

    // --- the clock

    /**
     * Finds which inputs are idle now, and moves event time on if that lets it.
     *
     * @param lag of an input; one that is not 0 keeps it from being idle
     */
    public void look(long nowNanos, IntToLongFunction lag) {
        boolean areAllIdle = true;
        for (int i = 0; i < inputs.length; i++) {
            Input input = inputs[i];
            if (input.isAssigned) {
                input.isLagging = lag.applyAsLong(i) != 0;
                input.isIdle = isIdleKnown && !input.isLagging && nowNanos - input.lastNanos >= idleNanos;
                areAllIdle &= input.isIdle;
            }
        }
        lastInput = -1;
        if (areAllIdle) {
            goOnWithTheClock(nowNanos);
        } else {
            reachLeast();
        }
    }

    private void goOnWithTheClock(long nowNanos) {
        long greatest = greatest();
        if (greatest != UNKNOWN) {
            long sinceMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos - lastNanos() - idleNanos);
            watermark = Math.max(watermark, plus(greatest, sinceMillis));
        }
    }

    /**
     * How long it takes until the clock alone may have moved event time on towards {@code eventTime}: what the next {@link #look} is worth
     * waiting for. {@link Long#MAX_VALUE} if it never will. As of the last look.
     */
    public long nanosUntil(long eventTime, long nowNanos) {
        if (!isIdleKnown || eventTime == TimedOperator.NEVER) {
            return Long.MAX_VALUE;
        }
        long least = Long.MAX_VALUE;
        boolean areAllIdle = true;
        for (Input input : inputs) {
            if (input.isAssigned && !input.isIdle) {
                areAllIdle = false;
                if (!input.isLagging) {
                    least = Math.min(least, Math.max(0, idleNanos - (nowNanos - input.lastNanos)));
                }
            }
        }
        if (!areAllIdle) {
            return least;
        }
        long greatest = greatest();
        if (greatest == UNKNOWN) {
            return Long.MAX_VALUE;
        }
        long dueNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(0, eventTime - greatest));
        return Math.max(0, plus(dueNanos, idleNanos - (nowNanos - lastNanos())));
    }

    private long greatest() {
        long greatest = UNKNOWN;
        boolean isAny = false;
        for (Input input : inputs) {
            if (input.isAssigned) {
                isAny = true;
                greatest = Math.max(greatest, input.greatest);
            }
        }
        return isAny ? Math.max(greatest, kept) : UNKNOWN;
    }

    private long lastNanos() {
        long last = 0;
        boolean isAny = false;
        for (Input input : inputs) {
            if (input.isAssigned) {
                // Moments are compared by their difference: the ticker may pass the greatest long.
                last = !isAny || input.lastNanos - last > 0 ? input.lastNanos : last;
                isAny = true;
            }
        }
        return last;
    }

    private static long plus(long time, long more) {
        long sum = time + more;
        return ((time ^ sum) & (more ^ sum)) < 0 ? Long.MAX_VALUE : sum;
    }

    // --- transactions

    /** What came is committed. */
    public void committed() {
        committedWatermark = watermark;
        for (Input input : inputs) {
            input.committedGreatest = input.greatest;
        }
        lastInput = -1;
    }

    /** What came since the last commit will come again: event time goes back to where it was then. */
    public void rolledBack() {
        watermark = committedWatermark;
        for (Input input : inputs) {
            input.greatest = input.committedGreatest;
        }
        lastInput = -1;
    }
}
