package io.millrace.dsl.runtime;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a loop is in the code of its user, and how long it may go on: for whoever waits for its end. Written by the loop, but for {@link #end} and {@link #cutOff}; read
 * from any thread.
 */
final class Whereabouts {
    private static final long NONE = -1;

    private final AtomicLong offset = new AtomicLong(NONE);
    private volatile String place = "no task";
    private volatile boolean isInside;
    private volatile boolean isEnding;
    private volatile boolean isCutOff;

    /**
     * Code of the user comes next.
     *
     * @param where for messages
     */
    void enter(String where) {
        offset.lazySet(NONE);
        place = where;
        isInside = true;
    }

    /** It is given this record of where it is. Once a record: a plain write, which others see a moment later. */
    void at(long recordOffset) {
        offset.lazySet(recordOffset);
    }

    void leave() {
        isInside = false;
    }

    /** True between {@link #enter} and {@link #leave}. */
    boolean isInside() {
        return isInside;
    }

    /** Where it is, or was last: {@code task 0_1, at the record of orders-1 at offset 17}. */
    String told() {
        long last = offset.get();
        return last == NONE ? place : place + " at offset " + last;
    }

    // --- how long it may go on

    /** After the present record, or item, the step is to end: what is done is committed. */
    void end() {
        isEnding = true;
    }

    boolean isEnding() {
        return isEnding;
    }

    /**
     * What the code does from now on counts for nothing, since it is interrupted: nothing more is committed, and no error policy is asked about what it throws. In force
     * for whatever an interrupt that comes after this call brings about.
     */
    void cutOff() {
        isEnding = true;
        isCutOff = true;
    }

    boolean isCutOff() {
        return isCutOff;
    }
}
