package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.platform.Ticker;
import io.millrace.platform.Waiter;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the steps of a start tried again where the log asks for it, as often as the application's retries say: a disk that is full for a moment ends no start. Each
 * step can be done twice. Owned by the thread that starts.
 */
final class StartRetries {
    private static final Logger LOG = LoggerFactory.getLogger(StartRetries.class);

    private final String application;
    private final RetryBudget retries;
    private final Ticker ticker;
    private final Waiter waiter;

    StartRetries(String application, AppSettings settings) {
        this.application = application;
        this.retries =
                new RetryBudget(settings.retries().count(), settings.retries().backoff());
        this.ticker = settings.world().ticker();
        this.waiter = settings.world().scheduler().newWaiter();
    }

    /**
     * Does a step.
     *
     * @throws LogException with STOP if it failed too often, or cannot be helped by trying again
     */
    <T> T run(String what, Supplier<T> step) {
        while (true) {
            try {
                T done = step.get();
                retries.succeeded();
                return done;
            } catch (LogException e) {
                if (e.disposition() == Disposition.STOP) {
                    throw e;
                }
                if (!retries.failed(ticker.nanos())) {
                    throw new LogException(
                            Disposition.STOP,
                            "Application '" + application + "' is not started, because " + what + " failed "
                                    + retries.failures() + " times in a row. The last time: " + e.getMessage(),
                            e);
                }
                LOG.warn("Application {} is not started yet: {} failed: {}", application, what, e.getMessage());
                waiter.await(Math.max(0, retries.waitNanos(ticker.nanos())));
            }
        }
    }

    /** The same of one that gives nothing. */
    void run(String what, Runnable step) {
        Supplier<Boolean> done = () -> {
            step.run();
            return true;
        };
        run(what, done);
    }
}
