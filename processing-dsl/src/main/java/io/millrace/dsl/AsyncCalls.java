package io.millrace.dsl;

import java.time.Duration;
import java.util.Optional;

/**
 * How {@code mapAsync} calls: {@code AsyncCalls.atMost(32).withTimeout(Duration.ofSeconds(2)).withRetries(3, Duration.ofMillis(100))}.
 *
 * @param concurrency how many values of a task are under way at most, also those whose result waits for its turn
 * @param order of the results
 * @param timeout of one attempt; empty for none
 * @param retries how often a call is tried again after its first attempt failed
 * @param backoff between two attempts
 * @param isAfterCommit whether a value is called about only when its transaction is committed
 */
public record AsyncCalls(
        int concurrency,
        Order order,
        Optional<Duration> timeout,
        int retries,
        Duration backoff,
        boolean isAfterCommit) {
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);

    /** In which order results go on. */
    public enum Order {
        /** Those of one key in the order of its values; another key overtakes. Values without a key keep their order as if they had one. */
        PER_KEY,
        /** All in the order of the input: the slowest call holds up those behind it. */
        INPUT
    }

    public AsyncCalls {
        if (concurrency < 1) {
            throw new IllegalArgumentException("mapAsync makes at least 1 call at a time, got " + concurrency);
        }
        Erased.given("order of calls", order);
        Erased.given("timeout of calls", timeout)
                .ifPresent(time -> WindowRule.checkLength("The timeout of a call", time));
        if (retries < 0) {
            throw new IllegalArgumentException("A call is tried again 0 times or more, got " + retries);
        }
        if (Erased.given("backoff", backoff).isNegative()) {
            throw new IllegalArgumentException("backoff is zero or more, got " + backoff);
        }
    }

    /** So many at a time, in the order of each key, each for 30 s, and none a second time. */
    public static AsyncCalls atMost(int concurrency) {
        return new AsyncCalls(concurrency, Order.PER_KEY, Optional.of(USUAL_TIMEOUT), 0, Duration.ZERO, false);
    }

    /**
     * Calls are made when the transaction of their records is committed, and results go on in later ones. A commit waits for nobody, and nobody is called about a record that is not
     * processed for good. Values wait in a store of the step's name, so after a crash or at another instance their calls are made again, with the same id.
     *
     * <p>A call that fails in the end cannot take its record back. The error policy of the record's stream decides about it alone: with {@link ErrorPolicy#skip} and
     * {@link ErrorPolicy#deadLetter} it is given up; what is set aside is the record as it was read, and a replay processes all of it again, on other branches too. With
     * {@link ErrorPolicy#stop} it is made again by the next start.
     */
    public AsyncCalls afterCommit() {
        return new AsyncCalls(concurrency, order, timeout, retries, backoff, true);
    }

    /** Results go on in the order of the input. */
    public AsyncCalls inInputOrder() {
        return new AsyncCalls(concurrency, Order.INPUT, timeout, retries, backoff, isAfterCommit);
    }

    /** An attempt that takes longer has failed; if it is a {@code CompletableFuture} it is cancelled, and what it answers later is not heard. */
    public AsyncCalls withTimeout(Duration newTimeout) {
        return new AsyncCalls(
                concurrency,
                order,
                Optional.of(Erased.given("timeout of calls", newTimeout)),
                retries,
                backoff,
                isAfterCommit);
    }

    /** A call may take for ever, and its transaction with it. */
    public AsyncCalls withoutTimeout() {
        return new AsyncCalls(concurrency, order, Optional.empty(), retries, backoff, isAfterCommit);
    }

    /** A call that failed is made again up to so often, so much later; the other ones go on. When the last one fails, the record has failed, and its {@link ErrorPolicy} decides. */
    public AsyncCalls withRetries(int newRetries, Duration newBackoff) {
        return new AsyncCalls(concurrency, order, timeout, newRetries, newBackoff, isAfterCommit);
    }
}
