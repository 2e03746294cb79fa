package io.millrace.dsl.operator;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How far event time has come in one task: the least of what its inputs have reached, but for those that are idle (O6 to O8). Knows no clock:
 * whoever calls says what time it is. Owned by the task's thread; a record costs no object.
 */
public final class Watermarks {
    /** The watermark as long as some input that is not idle had no record. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    /** Further away than any time. */
    public static final long NEVER = TimedOperator.NEVER;

    private final IdleRule idleRule;
    /** By number; null for one that is not read. */
    private @Nullable InputTime[] inputs;

    private long watermark = UNKNOWN;
    private long committedWatermark = UNKNOWN;
    /** What the task's stores remember of its life before this one; {@link #UNKNOWN} if nothing. */
    private long kept = UNKNOWN;
    /** All inputs were idle, and nothing has come since. */
    private boolean isQuiet;

    // Before the last record, for one that fails.
    private int lastInput = -1;
    private long watermarkBefore;
    private boolean wasQuiet;

    /**
     * @param inputs how many there are at first; they go by number, and count once they are assigned
     * @param idleTimeout after how long without a record an input without a backlog is idle; empty for never
     */
    public Watermarks(int inputs, Optional<Duration> idleTimeout) {
        this.inputs = new InputTime[inputs];
        this.idleRule = IdleRule.of(idleTimeout);
    }

    /** The event time that the task has reached, milliseconds since the epoch, or {@link #UNKNOWN}. */
    public long current() {
        return watermark;
    }

    // --- inputs come and go

    /**
     * The input is read from now on, and has the time of its records.
     *
     * @param name by which the next life of the task knows it
     */
    public void assign(int input, String name, long nowNanos) {
        assign(input, new RecordTime(name, nowNanos));
    }

    /**
     * The input is read from now on, and has the time that its writers tell ({@link #told}).
     *
     * @param writers how many there are
     */
    public void assignTold(int input, String name, int writers, long nowNanos) {
        assign(input, new WriterTimes(name, writers, nowNanos));
    }

    private void assign(int input, InputTime time) {
        if (input >= inputs.length) {
            // Of a topic that matches a pattern and was not there before.
            inputs = Arrays.copyOf(inputs, input + 1);
        }
        inputs[input] = time;
        isQuiet = false;
    }

    /** The input is read by somebody else. */
    public void revoke(int input) {
        inputs[input] = null;
        lastInput = -1;
    }

    /** Begins where a former life of the task had come. */
    public void resumeAt(long eventTime) {
        kept = Math.max(kept, eventTime);
        watermark = Math.max(watermark, kept);
        committedWatermark = Math.max(committedWatermark, kept);
    }

    /** What a former life of the task kept of its inputs, by what was committed; of one that is not read any more, nothing follows. */
    public void resumeInput(String name, long value) {
        for (InputTime input : inputs) {
            if (input != null) {
                input.resume(name, value);
            }
        }
    }

    /**
     * Visits what the next life of the task has to know beside what is kept as the watermark: the inputs, or their writers, that are ahead of it, with how far they have come, and which
     * writers are idle. What is not ahead holds time back where it is, as that of which nothing is known does.
     */
    public void forEachKept(long watermarkKept, ObjLongConsumer<String> action) {
        for (InputTime input : inputs) {
            if (input != null) {
                input.forEachKept(watermarkKept, action);
            }
        }
    }

    // --- records

    /** A record with this timestamp is about to be processed. */
    void advance(int number, long timestamp) {
        InputTime input = assigned(number);
        lastInput = number;
        watermarkBefore = watermark;
        wasQuiet = isQuiet;
        long before = input.reached();
        // The records of a writer that is idle come with what it says.
        isQuiet &= input instanceof WriterTimes;
        // An input that was ahead of the watermark does not hold it back.
        if (input.advance(timestamp) && before <= watermark) {
            reachLeast();
        }
    }

    private InputTime assigned(int number) {
        return Objects.requireNonNull(inputs[number], "the input is not read");
    }

    /** The record that came last failed, and is as if it had not come. */
    void undo() {
        if (lastInput >= 0) {
            assigned(lastInput).undo();
            watermark = watermarkBefore;
            isQuiet = wasQuiet;
            lastInput = -1;
        }
    }

    /** Records of this input were read. */
    public void came(int input, long nowNanos) {
        assigned(input).came(nowNanos);
    }

    /** One of an input's writers says how far it has come. Of an input that has the time of its records nothing follows. */
    public void told(int number, WatermarkFormat.Mark mark, long nowNanos) {
        lastInput = -1;
        if (assigned(number) instanceof WriterTimes input) {
            isQuiet &= !input.told(mark, nowNanos);
            reachLeast();
        }
    }

    private void reachLeast() {
        long least = Long.MAX_VALUE;
        boolean isAnyActive = false;
        for (InputTime input : inputs) {
            if (input != null && !input.isIdle()) {
                isAnyActive = true;
                least = Math.min(least, input.reached());
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
            InputTime input = inputs[i];
            if (input != null) {
                input.look(nowNanos, lag.applyAsLong(i) != 0, idleRule);
                areAllIdle &= input.isIdle();
            }
        }
        lastInput = -1;
        if (areAllIdle) {
            isQuiet = true;
            goOnWithTheClock(nowNanos);
        } else {
            reachLeast();
        }
    }

    /**
     * True if all inputs were idle at some look, and none has had anything since: what is unread does not count before it is read. It is what others are told, who would hear
     * of each mark on the way otherwise.
     */
    public boolean isQuiet() {
        return isQuiet;
    }

    private void goOnWithTheClock(long nowNanos) {
        long greatest = greatest();
        if (greatest != UNKNOWN) {
            long byClock = plus(greatest, TimeUnit.NANOSECONDS.toMillis(nowNanos - sinceNanos()));
            long until = until();
            watermark = Math.max(watermark, until == NEVER ? byClock : Math.min(byClock, until - 1));
        }
    }

    /**
     * While all is idle: the event time at which something is due in one of those that write the inputs, {@link #NEVER} if nothing is. They get there with the clock, too, and
     * say so behind what comes of it: time stands before it until then, so that what is due behind them is due later than they are.
     */
    public long until() {
        long until = NEVER;
        for (InputTime input : inputs) {
            if (input != null) {
                until = Math.min(until, input.until());
            }
        }
        return until;
    }

    /**
     * How long it takes until the clock alone may have moved event time on towards {@code eventTime}: what the next {@link #look} is worth
     * waiting for. {@link Long#MAX_VALUE} if it never will. As of the last look.
     */
    public long nanosUntil(long eventTime, long nowNanos) {
        if (!idleRule.isKnown() || eventTime == TimedOperator.NEVER) {
            return Long.MAX_VALUE;
        }
        if (!areAllIdle()) {
            return nanosUntilIdle(nowNanos);
        }
        long greatest = greatest();
        if (greatest == UNKNOWN || eventTime >= until()) {
            return Long.MAX_VALUE;
        }
        long dueNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(0, eventTime - greatest));
        return Math.max(0, plus(dueNanos, sinceNanos() - nowNanos));
    }

    /** How long it takes until the clock alone makes an input idle, or a writer of one; {@link Long#MAX_VALUE} if it never will. As of the last look. */
    public long nanosUntilIdle(long nowNanos) {
        long least = Long.MAX_VALUE;
        if (idleRule.isKnown()) {
            for (InputTime input : inputs) {
                if (input != null && !input.isIdle()) {
                    least = Math.min(least, input.nanosUntilIdle(nowNanos, idleRule));
                }
            }
        }
        return least;
    }

    private boolean areAllIdle() {
        for (InputTime input : inputs) {
            if (input != null && !input.isIdle()) {
                return false;
            }
        }
        return true;
    }

    private long greatest() {
        long greatest = UNKNOWN;
        boolean isAny = false;
        for (InputTime input : inputs) {
            if (input != null) {
                isAny = true;
                greatest = Math.max(greatest, input.greatest());
            }
        }
        return isAny ? Math.max(greatest, kept) : UNKNOWN;
    }

    private long sinceNanos() {
        long since = 0;
        boolean isAny = false;
        for (InputTime input : inputs) {
            if (input != null) {
                long own = input.sinceNanos(idleRule);
                since = isAny ? IdleRule.later(own, since) : own;
                isAny = true;
            }
        }
        return since;
    }

    private static long plus(long time, long more) {
        long sum = time + more;
        return ((time ^ sum) & (more ^ sum)) < 0 ? Long.MAX_VALUE : sum;
    }

    // --- transactions

    /** What came is committed. */
    public void committed() {
        committedWatermark = watermark;
        for (InputTime input : inputs) {
            if (input != null) {
                input.committed();
            }
        }
        lastInput = -1;
    }

    /** What came since the last commit will come again: event time goes back to where it was then. */
    public void rolledBack() {
        watermark = committedWatermark;
        for (InputTime input : inputs) {
            if (input != null) {
                input.rolledBack();
            }
        }
        lastInput = -1;
    }
}
