package io.millrace.dsl.testing;

/** A scenario has shown something that is wrong. */
final class SimulationFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String check;

    /** @param check what is violated: a smaller scenario fails alike if it violates the same */
    SimulationFailure(String check, String message, Throwable cause) {
        super(message, cause);
        this.check = check;
    }

    SimulationFailure(String check, String message) {
        super(message);
        this.check = check;
    }

    String check() {
        return check;
    }
}
