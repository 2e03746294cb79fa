package io.millrace.platform.sim;

/** The process is dead. An error, so that no code that handles failures outlives it; only the test that owns the world catches it. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(String message) {
        super(message);
    }
}
