package io.millrace.dsl.operator;

import io.millrace.dsl.AsyncCall;
import io.millrace.dsl.AsyncCalls;
import io.millrace.dsl.AsyncStep;
import io.millrace.platform.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The attempts of a step's calls: begins them, hears their answers, waits no longer than it should, and tries again. Owned by the task's thread, but for the answers. */
final class CallsUnderWay {
    private final AsyncStep step;
    private final AsyncCalls limits;
    private final String name;
    private final Ticker ticker;
    private final Runnable wake;
    private final AnswerMemory memory;
    /** Completed in any thread. */
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    /** Those for which there is no room yet. */
    private final Deque<PendingCall> waiting = new ArrayDeque<>();
    /** As they began, with some that are over. */
    private final Deque<Attempt> attempts = new ArrayDeque<>();

    private final PriorityQueue<PendingCall> resting =
            new PriorityQueue<>((one, other) -> Long.compare(one.dueNanos() - other.dueNanos(), 0));
    private final PriorityQueue<Delay> delays =
            new PriorityQueue<>((one, other) -> Long.compare(one.dueNanos - other.dueNanos, 0));
    private int count;
    private @Nullable Thread owner;
    /** The owner is in here, and needs nobody to wake it. */
    private boolean isAtWork;

    private record Answer(
            PendingCall call,
            int attempt,
            @Nullable Object result,
            @Nullable Throwable error) {}

    private record Attempt(PendingCall call, int number) {
        boolean isOver() {
            return !call.isPresent(number);
        }
    }

    private record Delay(long dueNanos, CompletableFuture<Void> stage) {}

    /** @param wake ends a wait of the task's thread; from any thread */
    CallsUnderWay(AsyncStep step, Ticker ticker, Runnable wake, AnswerMemory memory) {
        this.memory = memory;
        this.step = step;
        this.limits = step.calls();
        this.name = step.application() + "/" + step.name();
        this.ticker = ticker;
        this.wake = wake;
    }

    /** Begins a call, now or when there is room. */
    void begin(PendingCall call) {
        if (count < limits.concurrency() && waiting.isEmpty()) {
            isAtWork = true;
            try {
                attempt(call);
            } finally {
                isAtWork = false;
            }
        } else {
            waiting.add(call);
        }
    }

    private void attempt(PendingCall call) {
        owner = Thread.currentThread();
        count++;
        int number = call.beginAttempt(limits.timeout()
                .map(Ticker::nanosOf)
                .map(nanos -> ticker.nanos() + nanos)
                .orElse(0L));
        attempts.add(new Attempt(call, number));
        CompletionStage<?> stage;
        try {
            CompletionStage<?> known = memory.known(step.name(), call);
            stage = known == null ? called(call) : known;
            memory.remember(step.name(), call, stage);
        } catch (Throwable e) {
            // Whatever it throws, this attempt has failed; what may not be survived, the error rule of records says.
            answers.add(new Answer(call, number, null, e));
            return;
        }
        call.began(stage);
        stage.whenComplete((result, error) -> {
            answers.add(new Answer(call, number, result, error));
            if (Thread.currentThread() != owner || !isAtWork) {
                wake.run();
            }
        });
    }

    @SuppressWarnings("NullAway") // whether keys and values may be missing, the user's types say
    private CompletionStage<?> called(PendingCall call) {
        AsyncCall told = call.told(name, time -> after(call, time));
        CompletionStage<?> stage = step.function().call(call.key, call.value, told);
        if (stage == null) {
            throw new IllegalStateException(
                    "The function of mapAsync '" + step.name()
                            + "' returned null, and not a stage: for an answer that is there already, CompletableFuture.completedFuture(...)");
        }
        return stage;
    }

    private CompletionStage<Void> after(PendingCall call, Duration time) {
        if (Thread.currentThread() != owner || !isAtWork) {
            throw new IllegalStateException("delay() of a call of mapAsync '" + step.name()
                    + "' is for the task's thread: while the function runs, or behind another delay");
        }
        call.waitsForTheClock();
        CompletableFuture<Void> stage = new CompletableFuture<>();
        delays.add(new Delay(ticker.nanos() + Ticker.nanosOf(time), stage));
        return stage;
    }

    // --- answers

    /** True if somebody has answered since the last look; time is not looked at. */
    boolean hasNews() {
        return !answers.isEmpty();
    }

    /**
     * Hears answers and lets time pass.
     *
     * @return a call whose last attempt is over; null if there is none for now
     */
    @Nullable PendingCall nextAnswered() {
        isAtWork = true;
        try {
            while (true) {
                Answer answer = answers.poll();
                PendingCall over = answer == null ? null : heard(answer);
                if (over != null) {
                    return over;
                }
                if (answer == null && !isAnythingDone(ticker.nanos())) {
                    return null;
                }
            }
        } finally {
            isAtWork = false;
        }
    }

    /** @return the call, if it is over */
    private @Nullable PendingCall heard(Answer answer) {
        PendingCall call = answer.call;
        if (!call.isPresent(answer.attempt)) {
            return null;
        }
        count--;
        Throwable error = answer.error;
        if (error != null) {
            memory.forget(step.name(), call);
        }
        if (error == null) {
            call.succeeded(answer.result);
            return call;
        }
        if (call.attempt() <= limits.retries()) {
            rest(call, limits.backoff());
            return null;
        }
        call.failed(error instanceof CompletionException && error.getCause() != null ? error.getCause() : error);
        return call;
    }

    /** Tries a call again later. */
    void rest(PendingCall call, Duration time) {
        call.restUntil(ticker.nanos() + Ticker.nanosOf(time));
        resting.add(call);
    }

    private boolean isAnythingDone(long nowNanos) {
        Delay delay = delays.peek();
        if (delay != null && nowNanos - delay.dueNanos >= 0) {
            delays.remove().stage.complete(null);
            return true;
        }
        Attempt oldest = oldestAttempt();
        if (oldest != null && limits.timeout().isPresent() && nowNanos - oldest.call.dueNanos() >= 0) {
            answers.add(new Answer(
                    oldest.call,
                    oldest.number,
                    null,
                    new TimeoutException("Nobody answered attempt " + oldest.call.attempt() + " within "
                            + limits.timeout().get().toMillis() + " ms, of " + name + "/"
                            + oldest.call.origin.place())));
            attempts.remove();
            oldest.call.cancel();
            return true;
        }
        return isAnyBegun(nowNanos);
    }

    private boolean isAnyBegun(long nowNanos) {
        if (count < limits.concurrency()) {
            PendingCall rested = resting.peek();
            if (rested != null && nowNanos - rested.dueNanos() >= 0) {
                attempt(resting.remove());
                return true;
            }
            if (!waiting.isEmpty()) {
                attempt(waiting.remove());
                return true;
            }
        }
        return false;
    }

    private @Nullable Attempt oldestAttempt() {
        while (!attempts.isEmpty() && attempts.element().isOver()) {
            attempts.remove();
        }
        return attempts.peek();
    }

    /** How long until time alone makes something to do; {@link Long#MAX_VALUE} if it never will. */
    long nanosUntilDue(long nowNanos) {
        long wait = Long.MAX_VALUE;
        Delay delay = delays.peek();
        if (delay != null) {
            wait = Math.min(wait, delay.dueNanos - nowNanos);
        }
        Attempt oldest = oldestAttempt();
        if (oldest != null && limits.timeout().isPresent()) {
            wait = Math.min(wait, oldest.call.dueNanos() - nowNanos);
        }
        PendingCall rested = resting.peek();
        if (rested != null) {
            wait = Math.min(wait, rested.dueNanos() - nowNanos);
        }
        return Math.max(0, wait);
    }

    /** Leaves them to who makes them again, but for those that wait for this one's clock. */
    void letGo() {
        cancel(PendingCall::isWaitingForTheClock);
    }

    /** Nobody waits for any of them any more. */
    void cancel() {
        cancel(call -> true);
    }

    private void cancel(Predicate<PendingCall> which) {
        for (Attempt attempt : attempts) {
            if (!attempt.isOver() && which.test(attempt.call)) {
                memory.forget(step.name(), attempt.call);
                attempt.call.cancel();
            }
        }
        attempts.clear();
    }
}
