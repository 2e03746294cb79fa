package io.millrace.platform;

/**
 * A place where one thread waits for a signal from others. A signal given while nobody waits is kept for the next {@link #await}; several
 * count as one. Under simulation {@code await} returns at once, so code must not rely on having waited.
 */
public interface Waiter {
    /** Waits until a signal or for about {@code nanos}; returns early on interrupt, leaving the interrupt status set. */
    void await(long nanos);

    /** Ends a present or the next wait. Cheap when nobody waits; callable from any thread. */
    void signal();
}
