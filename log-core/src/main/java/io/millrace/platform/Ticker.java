package io.millrace.platform;

/** Monotonic time for durations; its zero means nothing. */
@FunctionalInterface
public interface Ticker {
    long nanos();
}
