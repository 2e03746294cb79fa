package io.millrace.dsl.operator;

import io.millrace.dsl.AsyncStep;
import io.millrace.platform.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Calls about values, many at a time, and hands the answers on in their order: as if each call had been made when its value came, but for what other keys do
 * meanwhile (AS1). What it has under way is in memory alone: a transaction waits for it, and a roll-back makes another operator, so that late answers meet nobody. Owned by the
 * task's thread.
 */
final class AsyncOperator implements Operator {
    private final AsyncStep step;
    private final RecordContext context;
    private final Operator next;
    private final CallOrder order;
    private final CallsUnderWay calls;
    /** Which record, or call before this one, gave the last value, and how many of it came before. */
    private long lastTurn = -1;

    private int number;

    AsyncOperator(AsyncStep step, RecordContext context, Ticker ticker, Runnable wake, Operator next) {
        this.step = step;
        this.context = context;
        this.next = next;
        this.order = new CallOrder(step.calls().order());
        this.calls = new CallsUnderWay(step, ticker, wake);
    }

    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext ignored) {
        number = context.turn() == lastTurn ? number + 1 : 0;
        lastTurn = context.turn();
        PendingCall call = new PendingCall(key, value, context.origin(number));
        // If another step fails of the record, this one has to be forgotten.
        context.countSent();
        order.add(call);
        calls.begin(call);
    }

    String name() {
        return step.name();
    }

    int pending() {
        return order.size();
    }

    /** True if no further record is to come before some answer has gone on. */
    boolean isFull() {
        return order.size() >= step.calls().concurrency();
    }

    /** The event time behind which nothing may close yet; the greatest if there is no call. */
    long heldAt() {
        PendingCall oldest = order.oldest();
        return oldest == null ? Long.MAX_VALUE : oldest.origin.watermark();
    }

    boolean hasNews() {
        return calls.hasNews();
    }

    /**
     * Hands on all that may go on.
     *
     * @return the first that failed, or whose answer the steps behind refuse: then nothing else was done, and there is nothing but to roll back. Null if all went well
     */
    @Nullable FailedCall goOn() {
        for (PendingCall over = calls.nextAnswered(); over != null; over = calls.nextAnswered()) {
            for (PendingCall first = order.takeFirst(over); first != null; first = order.takeFirst(over)) {
                FailedCall failed = goOn(first);
                if (failed != null) {
                    return failed;
                }
            }
        }
        return null;
    }

    private @Nullable FailedCall goOn(PendingCall call) {
        Throwable failure = call.failure();
        if (failure != null) {
            return new FailedCall(step.name(), call.origin.record(), failure, true);
        }
        context.resume(call.origin);
        try {
            next.accept(call.key, call.result(), context);
        } catch (Throwable e) {
            return new FailedCall(step.name(), call.origin.record(), e, false);
        } finally {
            context.endResumed();
        }
        return null;
    }

    long nanosUntilDue(long nowNanos) {
        return calls.nanosUntilDue(nowNanos);
    }

    void cancel() {
        calls.cancel();
    }
}
