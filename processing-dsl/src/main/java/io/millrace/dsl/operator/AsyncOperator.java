package io.millrace.dsl.operator;

import io.millrace.dsl.AsyncStep;
import io.millrace.dsl.call.CallOrigin;
import io.millrace.dsl.call.KeptCall;
import io.millrace.platform.Ticker;
import io.millrace.state.KeyValueStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Calls about values, many at a time, and hands the answers on in their order: as if each call had been made when its value came, but for what other keys do
 * meanwhile (AS1). Without a store what it has under way is in memory alone: a transaction waits for it, and a roll-back makes another operator, which takes up what was asked about the same values ({@link AnswerMemory}). With
 * one, a value waits there from the transaction that it came in to the one in which its answer goes on, and is called about in between (AS3). Owned by the task's thread.
 */
final class AsyncOperator implements Operator {
    private final AsyncStep step;
    private final RecordContext context;
    private final Operator next;
    private final CallOrder order;
    private final CallsUnderWay calls;
    /** What is called about after the commit; null if the transaction waits. */
    private final @Nullable KeyValueStore<Long, KeptCall> kept;
    /** What came in the open transaction. */
    private final Deque<PendingCall> uncommitted = new ArrayDeque<>();
    /** What is committed, and called about at the next look. */
    private final Deque<PendingCall> ready = new ArrayDeque<>();

    /** What failed before a roll-back. */
    private final Deque<PendingCall> decided = new ArrayDeque<>();

    private long nextNumber;
    /** Whose answers go on now; null if the next answer says. */
    private @Nullable PendingCall line;
    /** Which record, or answer to a call before this one, gave the last value, and how many of it came before. */
    private long lastTurn = -1;

    private int ofTurn;

    /** @param kept null if the transaction waits for the answers */
    AsyncOperator(
            AsyncStep step,
            RecordContext context,
            Ticker ticker,
            Runnable wake,
            Operator next,
            AnswerMemory memory,
            @Nullable KeyValueStore<Long, KeptCall> kept) {
        this.step = step;
        this.context = context;
        this.next = next;
        this.order = new CallOrder(step.calls().order());
        this.calls = new CallsUnderWay(step, ticker, wake, memory);
        this.kept = kept;
        if (kept != null) {
            kept.forEach((number, call) -> {
                PendingCall waiting = new PendingCall(call.key(), call.value(), call.origin(), number);
                order.add(waiting);
                ready.add(waiting);
                nextNumber = number + 1;
            });
        }
    }

    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext ignored) {
        ofTurn = context.turn() == lastTurn ? ofTurn + 1 : 0;
        lastTurn = context.turn();
        CallOrigin origin = context.origin(ofTurn, kept != null);
        PendingCall call = new PendingCall(key, value, origin, nextNumber++);
        // If another step fails of the record, this one has to be forgotten.
        context.countSent();
        order.add(call);
        if (kept == null) {
            calls.begin(call);
        } else {
            kept.put(call.number, new KeptCall(origin, key, value));
            uncommitted.add(call);
        }
    }

    String name() {
        return step.name();
    }

    /** Values whose answer has not gone on. */
    int pending() {
        return order.size();
    }

    /** Those for which the open transaction waits. */
    int inTransaction() {
        return kept == null ? order.size() : 0;
    }

    /** True if no further record is to come before some answer has gone on. */
    boolean isFull() {
        return order.size() >= step.calls().concurrency();
    }

    /** True if it takes nothing more until a commit lets it call. */
    boolean wantsCommit() {
        return !uncommitted.isEmpty() && isFull();
    }

    /** The event time behind which nothing may close yet; the greatest if there is no call. */
    long heldAt() {
        PendingCall oldest = order.oldest();
        return oldest == null ? Long.MAX_VALUE : oldest.origin.watermark();
    }

    boolean hasNews() {
        return calls.hasNews();
    }

    /** What came is committed, and may be called about. */
    void committed() {
        ready.addAll(uncommitted);
        uncommitted.clear();
    }

    /**
     * Hands on all that may go on.
     *
     * @param begin begins a transaction if none is open
     * @return the first that failed, or whose answer the steps behind refuse: what is to be done about it has to be done before the next call. Null if all went well
     */
    @Nullable FailedCall goOn(Runnable begin) {
        while (!ready.isEmpty()) {
            calls.begin(ready.remove());
        }
        while (true) {
            PendingCall whose = line;
            if (whose == null) {
                whose = decided.isEmpty() ? calls.nextAnswered() : decided.remove();
                line = whose;
            }
            if (whose == null) {
                return null;
            }
            PendingCall first = order.first(whose);
            if (first == null) {
                line = null;
            } else {
                FailedCall failed = goOn(first, begin);
                if (failed != null) {
                    return failed;
                }
            }
        }
    }

    private @Nullable FailedCall goOn(PendingCall call, Runnable begin) {
        Throwable failure = call.failure();
        if (failure != null) {
            return failed(call, failure, true);
        }
        begin.run();
        finish(call);
        context.resume(call.origin);
        try {
            next.accept(call.key, call.result(), context);
        } catch (Throwable e) {
            return failed(call, e, false);
        } finally {
            context.endResumed();
        }
        return null;
    }

    private void finish(PendingCall call) {
        order.remove(call);
        if (kept != null) {
            kept.delete(call.number);
        }
    }

    private FailedCall failed(PendingCall call, Throwable error, boolean isCall) {
        return new FailedCall(step.name(), call.origin.record(), error, isCall, kept == null ? null : new Handle(call));
    }

    /** A call that waits in the store. */
    private final class Handle implements FailedCall.Kept {
        private final PendingCall call;

        Handle(PendingCall call) {
            this.call = call;
        }

        @Override
        public long number() {
            return call.number;
        }

        @Override
        public void tryAgainAfter(Duration rest) {
            call.beginAnew();
            calls.rest(call, rest);
        }

        @Override
        public void forget() {
            finish(call);
        }
    }

    /** What was decided before a roll-back about a call that failed holds: it is not made again, and fails when it is its turn. */
    void failBefore(long number, Throwable error) {
        for (PendingCall call : ready) {
            if (call.number == number) {
                ready.remove(call);
                call.failed(error);
                decided.add(call);
                return;
            }
        }
    }

    boolean isPending(long number) {
        return order.isPending(number);
    }

    long nanosUntilDue(long nowNanos) {
        return ready.isEmpty() && decided.isEmpty() ? calls.nanosUntilDue(nowNanos) : 0;
    }

    void letGo() {
        calls.letGo();
    }

    void cancel() {
        calls.cancel();
    }
}
