package io.millrace.dsl.testing;

/** State is asked for while no instance has it: a partition is on its way from one to another, or the application was never started. */
final class StateNotHeldException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    StateNotHeldException(String message) {
        super(message);
    }
}
