package io.millrace.dsl.operator;

import io.millrace.dsl.AsyncCalls;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** In which order the answers of a step's calls go on: one line for all, or one for each key (AS2). Owned by the task's thread. */
final class CallOrder {
    /** In the place of the key that is missing, and of all keys where there is one line. */
    private static final Object ONE_LINE = new Object();

    private final boolean isOfKeys;
    private final Map<Object, Deque<PendingCall>> lines = new HashMap<>();
    /** As they came, with some that have gone on already. */
    private final Deque<PendingCall> asTheyCame = new ArrayDeque<>();

    private int size;

    CallOrder(AsyncCalls.Order order) {
        isOfKeys = order == AsyncCalls.Order.PER_KEY;
    }

    /** Those that have not gone on. */
    int size() {
        return size;
    }

    void add(PendingCall call) {
        asTheyCame.add(call);
        lines.computeIfAbsent(lineOf(call), line -> new ArrayDeque<>()).add(call);
        size++;
    }

    private Object lineOf(PendingCall call) {
        return !isOfKeys || call.key == null ? ONE_LINE : call.key;
    }

    /** The first call of the line in which this one stands, or stood, if it is answered; null if it is not, or the line is at its end. */
    @Nullable PendingCall first(PendingCall inLine) {
        Deque<PendingCall> line = lines.get(lineOf(inLine));
        return line != null && line.element().isAnswered() ? line.element() : null;
    }

    /** Takes one that is first in its line. */
    void remove(PendingCall first) {
        Object which = lineOf(first);
        Deque<PendingCall> line = Objects.requireNonNull(lines.get(which), "no line");
        line.remove();
        if (line.isEmpty()) {
            lines.remove(which);
        }
        first.goesOn();
        size--;
    }

    boolean isPending(long number) {
        for (PendingCall call : asTheyCame) {
            if (call.number == number && !call.hasGoneOn()) {
                return true;
            }
        }
        return false;
    }

    /** The one that came first of those that have not gone on; null if there are none. */
    @Nullable PendingCall oldest() {
        while (!asTheyCame.isEmpty() && asTheyCame.element().hasGoneOn()) {
            asTheyCame.remove();
        }
        return asTheyCame.peek();
    }
}
