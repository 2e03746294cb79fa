package io.millrace.examples.bank.command;

/** A child that nobody killed ended. What it had to say stands on standard error already. */
final class ChildFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitStatus;

    ChildFailedException(int exitStatus) {
        super("The process that ran the bank ended by itself, with status " + exitStatus + ".");
        this.exitStatus = exitStatus;
    }

    int exitStatus() {
        return exitStatus;
    }
}
