package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.platform.StorageException;
import io.millrace.platform.Ticker;
import io.millrace.platform.Waiter;
import io.millrace.state.StateException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Decides what a loop does about its failures, and when; begins with a start. Owned by the loop, but for {@link #wake}. */
final class LoopFailures {
    private static final Logger LOG = LoggerFactory.getLogger(LoopFailures.class);
    /** A member of a group that says nothing for long is taken for dead. */
    private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(1).toNanos();

    /** How a loop comes back to work. */
    enum Recovery {
        NONE,
        /** Abort, and go on from what is committed. */
        ROLL_BACK,
        /** The same with a new producer and a new membership. */
        START_ANEW
    }

    private final String who;
    private final LoopObserver observer;
    private final RetryBudget retries;
    private final Waiter waiter;
    private final Ticker ticker;
    private Recovery recovery = Recovery.START_ANEW;
    private boolean isResting;
    private long restingUntilNanos;

    /** @param who begins a sentence of its messages */
    LoopFailures(String who, LoopObserver observer, AppSettings settings) {
        this.who = who;
        this.observer = observer;
        this.retries =
                new RetryBudget(settings.retries().count(), settings.retries().backoff());
        this.ticker = settings.world().ticker();
        this.waiter = settings.world().scheduler().newWaiter();
    }

    /** What is to be done before there can be work. */
    Recovery recovery() {
        return recovery;
    }

    /** That is done, or something else remains to be done. */
    void recoverBy(Recovery next) {
        recovery = next;
    }

    /**
     * Waits for the time of the next try.
     *
     * @return false if it is not over yet
     */
    boolean awaitRetry(long nowNanos) {
        long wait = retries.waitNanos(nowNanos);
        if (wait > 0) {
            waiter.await(wait);
            return false;
        }
        return true;
    }

    /** Asks for a rest before there is work again. */
    void rest(Duration backoff) {
        isResting = true;
        restingUntilNanos = ticker.nanos() + Ticker.nanosOf(backoff);
    }

    /**
     * Waits for the end of the rest, if there is one, but not for long at a time.
     *
     * @return false if it is not over yet
     */
    boolean awaitRest(long nowNanos) {
        long wait = restingUntilNanos - nowNanos;
        if (isResting && wait > 0) {
            waiter.await(Math.min(wait, LONGEST_WAIT_NANOS));
            return false;
        }
        isResting = false;
        return true;
    }

    /** Ends a wait. From any thread. */
    void wake() {
        waiter.signal();
    }

    /** A transaction is committed. */
    void succeeded() {
        retries.succeeded();
    }

    /**
     * A step failed.
     *
     * @throws RuntimeException the failure, or one that says how often, if there is nothing to do about it
     */
    void failed(RuntimeException error, long nowNanos) {
        if (error instanceof ReprocessException) {
            LOG.debug("{}: {}", who, error.getMessage());
            recovery = Recovery.ROLL_BACK;
        } else if (error instanceof LogException e) {
            plan(e.disposition(), e, nowNanos);
        } else if (error instanceof StorageException) {
            plan(Disposition.ABORT_TRANSACTION, error, nowNanos);
        } else if (error instanceof StateException e) {
            plan(StateFailures.disposition(e.kind()), e, nowNanos);
        } else if (error instanceof SourceFailedException) {
            plan(Disposition.RESTART_TASK, error, nowNanos);
        } else {
            throw error;
        }
    }

    private void plan(Disposition disposition, RuntimeException error, long nowNanos) {
        if (disposition == Disposition.STOP) {
            throw error;
        }
        if (!retries.failed(nowNanos)) {
            throw new LogException(
                    Disposition.STOP,
                    who + " failed " + retries.failures()
                            + " times in a row and gives up; everything committed is intact. The last time: "
                            + error.getMessage(),
                    error);
        }
        LOG.atLevel(observer.isNews(error) ? Level.WARN : Level.DEBUG)
                .log(
                        "{} goes back to what is committed (failure {}): {}",
                        who,
                        retries.failures(),
                        ErrorText.of(error));
        if (disposition == Disposition.RESTART_TASK) {
            recovery = Recovery.START_ANEW;
        } else if (recovery == Recovery.NONE) {
            recovery = Recovery.ROLL_BACK;
        }
    }
}
