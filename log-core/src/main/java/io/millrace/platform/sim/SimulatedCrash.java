package io.millrace.platform.sim;

/** The process is dead. An error, so that no code that handles failures outlives it; only the test that owns the world catches it. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(String message) {
        super(message);
    }

    /** The same crash, met once more: each call that meets it throws an error of its own, which may suppress another. */
    SimulatedCrash again() {
        SimulatedCrash again = new SimulatedCrash(String.valueOf(getMessage()));
        again.initCause(this);
        return again;
    }
}
