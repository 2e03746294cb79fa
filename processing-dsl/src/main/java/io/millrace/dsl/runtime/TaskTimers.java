package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.operator.TaskTime;
import io.millrace.dsl.operator.TimedOperators;
import io.millrace.dsl.operator.WatermarkFormat;
import io.millrace.dsl.operator.Watermarks;
import io.millrace.dsl.plan.TaskId;
import io.millrace.platform.World;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets time pass in one task: fires what its steps have due, when event time or the clock has come so far (R7). What fires belongs to the open
 * transaction; what fails is tried again from what is committed, for it can be neither skipped nor buried. Owned by the task's loop.
 */
final class TaskTimers {
    private static final Logger LOG = LoggerFactory.getLogger(TaskTimers.class);

    private final TaskId id;
    private final World world;
    private final TaskTime time;
    private final Consumer<Duration> rest;
    private final RetryBudget retries;
    private TimedOperators operators;
    /** Something happened in the open transaction. */
    private boolean isTouched;

    private boolean hasWallClockFailed;
    /** The watermark or the time of the clock that the last failure came with: once that is passed, it is over. */
    private long failedAt;
    /** What the clock said when everything due by it had fired last. */
    private long firedWallClock = Long.MIN_VALUE;

    /**
     * @param inputs how many the task has
     * @param rest asks for a rest of the task
     */
    TaskTimers(TaskId id, int inputs, AppSettings settings, Consumer<Duration> rest) {
        this.id = id;
        this.world = settings.world();
        this.time = new TaskTime(new Watermarks(inputs, settings.eventTime().idleTimeout()), world.clock());
        this.operators = TimedOperators.none(time);
        this.rest = rest;
        this.retries =
                new RetryBudget(settings.retries().count(), settings.retries().backoff());
    }

    TaskTime time() {
        return time;
    }

    /** The task has been built, anew perhaps. */
    void use(TimedOperators built) {
        operators = built;
    }

    /** @param writers how many tasks write the input and say how far they are; 0 if it has the time of its records */
    void assign(int input, String topic, int writers) {
        long nowNanos = world.ticker().nanos();
        if (writers == 0) {
            time.watermarks().assign(input, topic, nowNanos);
        } else {
            time.watermarks().assignTold(input, topic, writers, nowNanos);
        }
    }

    void revoke(int input) {
        time.watermarks().revoke(input);
    }

    // --- time passes

    /** Records of an input were processed. */
    void came(int input, long nowNanos) {
        time.watermarks().came(input, nowNanos);
        isTouched = true;
    }

    /** One that writes an input says how far it has come: what is due by that fires, as behind a record. */
    void told(int input, WatermarkFormat.Mark mark, long nowNanos) {
        time.watermarks().told(input, mark, nowNanos);
        isTouched = true;
        afterRecord();
    }

    /** A record was processed, and with it comes what is due by the event time that it brought. */
    void afterRecord() {
        if (operators.isEventTimeDue()) {
            fire(false, 0);
        }
    }

    /**
     * The clock has moved on.
     *
     * @param lag of an input
     */
    void look(long nowNanos, IntToLongFunction lag) {
        time.watermarks().look(nowNanos, lag);
    }

    boolean isDue(long nowMillis) {
        return operators.isEventTimeDue() || operators.isWallClockDue(nowMillis);
    }

    /** Fires all that is due. */
    void fireAll(long nowMillis) {
        if (operators.isEventTimeDue()) {
            fire(false, 0);
        }
        if (operators.isWallClockDue(nowMillis)) {
            fire(true, nowMillis);
            firedWallClock = nowMillis;
        }
    }

    /** How long until the clock alone may have made something due. */
    long nanosUntilDue(long nowNanos, long nowMillis) {
        // What is held back by calls comes with their answers.
        long wait = time.isHeld() ? Long.MAX_VALUE : time.watermarks().nanosUntil(operators.nextEventTime(), nowNanos);
        long next = operators.nextWallClock();
        return next == Long.MAX_VALUE
                ? wait
                : Math.min(wait, TimeUnit.MILLISECONDS.toNanos(Math.max(0, next - nowMillis)));
    }

    private void fire(boolean byWallClock, long nowMillis) {
        isTouched = true;
        try {
            if (byWallClock) {
                operators.fireWallClock(nowMillis);
            } else {
                operators.fireEventTime();
            }
        } catch (Throwable e) {
            if (!Blame.isOfRecord(e)) {
                throw e;
            }
            hasWallClockFailed = byWallClock;
            failedAt = byWallClock ? nowMillis : time.watermarks().current();
            throw failed(e);
        }
    }

    private RuntimeException failed(Throwable cause) {
        return failed(operators.described(), cause);
    }

    /** Something failed that no record stands for: what to throw, which takes the task back to what is committed. */
    RuntimeException failed(String what, Throwable cause) {
        long nowNanos = world.ticker().nanos();
        String message = what + " failed (attempt " + (retries.failures() + 1) + "): " + cause;
        if (!retries.failed(nowNanos)) {
            return new TimerFailedException(
                    message
                            + ". It cannot be passed over, since nothing would come in its place; everything committed is intact. Mend the "
                            + "cause and start again",
                    cause);
        }
        LOG.warn("Task {} goes back to what is committed: {}", id, message);
        rest.accept(Duration.ofNanos(Math.max(0, retries.waitNanos(nowNanos))));
        return new ReprocessException(message, cause);
    }

    // --- transactions

    /** What others are told of the task's event time. */
    WatermarkFormat.Mark mark() {
        Watermarks watermarks = time.watermarks();
        // What is called about has yet to come.
        boolean isIdle = watermarks.isQuiet() && !time.isHeld();
        long until = isIdle ? Math.min(operators.nextEventTime(), watermarks.until()) : Watermarks.NEVER;
        return new WatermarkFormat.Mark(id.partition(), time.reached(), isIdle, until);
    }

    /** Whether something happened in the open transaction. */
    boolean isTouched() {
        return isTouched;
    }

    /** A commit comes: what is remembered of time belongs to it. */
    void beforeCommit() {
        if (isTouched) {
            operators.keepTime();
        }
    }

    void committed() {
        isTouched = false;
        time.watermarks().committed();
        if (retries.failures() > 0
                && (hasWallClockFailed ? firedWallClock : time.watermarks().current()) >= failedAt) {
            retries.succeeded();
        }
    }

    void rolledBack() {
        isTouched = false;
        time.watermarks().rolledBack();
    }
}
