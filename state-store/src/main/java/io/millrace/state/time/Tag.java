package io.millrace.state.time;

/** The first byte of every key of these stores. */
final class Tag {
    /** One entry: stream time, and how far expiry has come. */
    static final int CLOCK = 0;

    /** Entries that expire, their time first. */
    static final int BY_TIME = 1;

    /** One entry a key. */
    static final int BY_KEY = 2;

    /** One entry: what was added so far. */
    static final int ADDED = 3;

    /** One entry an input: how far it has come. */
    static final int INPUT = 4;

    private Tag() {}
}
