package io.millrace.dsl.operator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls that a task's steps have under way. A transaction with some is not committed. Owned by the task's thread. */
public final class TaskCalls {
    /** Each before those that it leads to. */
    private final List<AsyncOperator> operators;

    TaskCalls(List<AsyncOperator> operators) {
        this.operators = List.copyOf(operators);
    }

    /** Those of a task that is not built yet. */
    public static TaskCalls none() {
        return new TaskCalls(List.of());
    }

    /** True if no step of the task makes any. */
    public boolean areNever() {
        return operators.isEmpty();
    }

    /** How many values wait for their answer, or for their turn to go on. */
    public int pending() {
        int pending = 0;
        for (int i = 0; i < operators.size(); i++) {
            pending += operators.get(i).pending();
        }
        return pending;
    }

    /** For how many of them the open transaction waits. */
    public int inTransaction() {
        int waited = 0;
        for (int i = 0; i < operators.size(); i++) {
            waited += operators.get(i).inTransaction();
        }
        return waited;
    }

    /** True if a step takes nothing more until a commit lets it call. */
    public boolean wantsCommit() {
        for (int i = 0; i < operators.size(); i++) {
            if (operators.get(i).wantsCommit()) {
                return true;
            }
        }
        return false;
    }

    /** The open transaction is committed. */
    public void committed() {
        operators.forEach(AsyncOperator::committed);
    }

    /** A call is not made again that failed before the task was built anew. */
    public void failBefore(String step, long number, Throwable error) {
        of(step).failBefore(number, error);
    }

    /** True if a value waits for its answer, or for its turn to go on. */
    public boolean isPending(String step, long number) {
        return of(step).isPending(number);
    }

    private AsyncOperator of(String step) {
        return operators.stream()
                .filter(operator -> operator.name().equals(step))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No step '" + step + "' makes calls"));
    }

    /** True if the task takes no further record for now. */
    public boolean isFull() {
        for (int i = 0; i < operators.size(); i++) {
            if (operators.get(i).isFull()) {
                return true;
            }
        }
        return false;
    }

    /** True if somebody has answered; costs next to nothing. */
    public boolean hasNews() {
        for (int i = 0; i < operators.size(); i++) {
            if (operators.get(i).hasNews()) {
                return true;
            }
        }
        return false;
    }

    /** The event time behind which nothing may close yet: the watermark that the oldest call came with; the greatest long if there is none. */
    long heldAt() {
        long held = Long.MAX_VALUE;
        for (int i = 0; i < operators.size(); i++) {
            held = Math.min(held, operators.get(i).heldAt());
        }
        return held;
    }

    /**
     * Hears answers, lets calls time out and begin again, and hands on what may go on.
     *
     * @param begin begins a transaction if none is open
     * @return what failed: something has to be done about it before the next call, or the task rolled back. Null if nothing did
     */
    public @Nullable FailedCall goOn(Runnable begin) {
        for (AsyncOperator operator : operators) {
            FailedCall failed = operator.goOn(begin);
            if (failed != null) {
                return failed;
            }
        }
        return null;
    }

    /** How long until time alone makes something to do. */
    public long nanosUntilDue(long nowNanos) {
        long wait = Long.MAX_VALUE;
        for (AsyncOperator operator : operators) {
            wait = Math.min(wait, operator.nanosUntilDue(nowNanos));
        }
        return wait;
    }

    /** The task is built anew, and what is under way is taken up again there. */
    public void letGo() {
        operators.forEach(AsyncOperator::letGo);
    }

    /** Forgets all of them. */
    public void cancel() {
        operators.forEach(AsyncOperator::cancel);
    }
}
