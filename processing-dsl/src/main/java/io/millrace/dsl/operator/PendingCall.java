package io.millrace.dsl.operator;

import io.millrace.dsl.AsyncCall;
import io.millrace.dsl.call.CallOrigin;
import io.millrace.log.Header;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A value that is called about, from when it comes until its answer has gone on. Owned by the task's thread. */
final class PendingCall {
    final @Nullable Object key;
    final @Nullable Object value;
    final CallOrigin origin;
    /** Of those of its step that wait in the store, as they came; any, if the transaction waits. */
    final long number;

    private int attempt;
    /** Counts attempts over all their new beginnings. */
    private int tries;

    private boolean underWay;
    private @Nullable CompletionStage<?> stage;
    /** When the attempt has taken too long, or the next one begins. */
    private long dueNanos;

    private boolean waitingForTheClock;
    private boolean answered;
    private boolean goneOn;
    private @Nullable Object result;
    private @Nullable Throwable failure;

    PendingCall(@Nullable Object key, @Nullable Object value, CallOrigin origin, long number) {
        this.number = number;
        this.key = key;
        this.value = value;
        this.origin = origin;
    }

    int attempt() {
        return attempt;
    }

    /**
     * @param timeoutAtNanos when the attempt has taken too long
     * @return by which its answer is known
     */
    int beginAttempt(long timeoutAtNanos) {
        underWay = true;
        dueNanos = timeoutAtNanos;
        attempt++;
        return ++tries;
    }

    /** True of the attempt that is under way. */
    boolean isPresent(int attemptTries) {
        return underWay && tries == attemptTries;
    }

    /** Its attempts are counted anew. */
    void beginAnew() {
        answered = false;
        failure = null;
        attempt = 0;
    }

    void began(CompletionStage<?> begun) {
        stage = begun;
    }

    /** The attempt is over, and the next one begins then. */
    void restUntil(long nanos) {
        underWay = false;
        dueNanos = nanos;
    }

    long dueNanos() {
        return dueNanos;
    }

    /** Its stage completes by the clock of who made it. */
    void waitsForTheClock() {
        waitingForTheClock = true;
    }

    boolean isWaitingForTheClock() {
        return waitingForTheClock;
    }

    /** Nobody waits for the present attempt any more. */
    void cancel() {
        if (stage instanceof CompletableFuture<?> future) {
            // One that is a stage alone refuses to be cancelled, but not its copy.
            future.toCompletableFuture().cancel(true);
        }
    }

    void succeeded(@Nullable Object answer) {
        underWay = false;
        answered = true;
        result = answer;
    }

    void failed(Throwable error) {
        underWay = false;
        answered = true;
        failure = error;
    }

    /** Its last attempt is over. */
    boolean isAnswered() {
        return answered;
    }

    void goesOn() {
        goneOn = true;
    }

    /** Its answer was handed on. */
    boolean hasGoneOn() {
        return goneOn;
    }

    @Nullable Object result() {
        return result;
    }

    /** Why its last attempt failed; null if it did not. */
    @Nullable Throwable failure() {
        return failure;
    }

    /** What its function is told. @param later completes a stage after a time */
    AsyncCall told(String step, Delays later) {
        return new Told(origin, step, attempt, later);
    }

    /** Makes stages that complete later. */
    @FunctionalInterface
    interface Delays {
        CompletionStage<Void> after(Duration time);
    }

    private record Told(CallOrigin origin, String step, int attempt, Delays later) implements AsyncCall {
        @Override
        public String id() {
            if (origin.record() == null) {
                throw new IllegalStateException(
                        "A call of step '" + step
                                + "' has no id: its value comes of a timer or of a window that closed, and not of a record of the log");
            }
            boolean isFirst = origin.path().chars().allMatch(c -> c == '0' || c == '.');
            return step + "/" + origin.place() + (isFirst ? "" : "#" + origin.path());
        }

        @Override
        public long timestamp() {
            return origin.timestamp();
        }

        @Override
        public List<Header> headers() {
            return origin.headers();
        }

        @Override
        public CompletionStage<Void> delay(Duration time) {
            return later.after(time);
        }
    }
}
