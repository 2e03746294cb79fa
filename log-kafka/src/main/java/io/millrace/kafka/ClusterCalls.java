package io.millrace.kafka;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.platform.Ticker;
import io.millrace.platform.Waiter;
import io.millrace.platform.system.SystemWorld;
import io.millrace.platform.system.ThreadScheduler;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;

/** Asks the cluster, and waits for its answers. Safe for use by several threads. */
final class ClusterCalls {
    private static final String CLOSED = "The log is closed";
    /** How long to wait before the cluster is asked again whether something that was decided has arrived everywhere. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Admin admin;
    private final Duration timeout;
    private final Ticker ticker = SystemWorld.ticker();
    private final AtomicBoolean closed = new AtomicBoolean();

    ClusterCalls(Admin admin, Duration timeout) {
        this.admin = admin;
        this.timeout = timeout;
    }

    /** @throws IllegalStateException if the log is closed */
    Admin admin() {
        checkOpen();
        return admin;
    }

    /** How long an answer is waited for. */
    Duration timeout() {
        return timeout;
    }

    Ticker ticker() {
        return ticker;
    }

    Waiter newWaiter() {
        return new ThreadScheduler(ticker).newWaiter();
    }

    void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException(CLOSED);
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    /** @return false if it was closed before */
    boolean close() {
        if (closed.getAndSet(true)) {
            return false;
        }
        admin.close(timeout);
        return true;
    }

    /**
     * @param what what could not be done if it fails, as the beginning of a sentence
     * @throws LogException if it fails
     */
    <T> T await(String what, KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw KafkaErrors.translate(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw KafkaErrors.translate(what, new InterruptException(e));
        }
    }

    /**
     * Returns once something holds that the cluster has already decided, and that its brokers learn one after the other.
     *
     * @throws LogException with RETRY if it does not come to hold in time
     */
    void until(String what, BooleanSupplier holds) {
        long begin = ticker.nanos();
        Waiter waiter = newWaiter();
        while (!holds.getAsBoolean()) {
            if (ticker.nanos() - begin > Ticker.nanosOf(timeout)
                    || Thread.currentThread().isInterrupted()) {
                throw new LogException(
                        Disposition.RETRY,
                        what + " within " + timeout + ". Try again; if it stays so, look at the brokers");
            }
            waiter.await(PAUSE.toNanos());
        }
    }
}
