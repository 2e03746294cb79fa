package io.millrace.state;

import org.jspecify.annotations.Nullable;

/** The error of every state operation: what happened, what to do ({@link #getMessage}), and what a program does ({@link #kind}). */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, and with it what to do. */
    public enum Kind {
        /** The directory holds the state of another log. A person chooses the right directory, or an empty one. */
        WRONG_LOG,
        /** A store holds what other code wrote: another kind, format or serde. A person takes that code, or another name for the store. */
        INCOMPATIBLE,
        /** Another process, or another opening in this one, uses the state. Stop it, then start again. */
        LOCKED,
        /** The bytes on disk are not what was written. A person restores them, or removes the state, which is then rebuilt from the log. */
        CORRUPT,
        /** The disk is full. Nothing is lost: the same call may succeed when there is room. */
        NO_SPACE,
        /** The device or the library answered with another error. Close, open again; what was not written is replayed from the log. */
        IO,
        /** A key or a value is larger than an entry can be, or both than the changelog takes. Divide it. Nothing was changed. */
        RECORD_TOO_LARGE,
        /** One transaction changes more than memory allows. Commit more often. */
        TRANSACTION_TOO_LARGE,
        /** The partition is not open in this process, or is being restored. Try again, or ask the instance that has it. */
        NOT_HERE,
        /** The directory that was to be read holds no state. A person names another one. */
        NO_STATE,
        /** The state is closed. */
        CLOSED
    }

    private final Kind kind;

    public StateException(Kind kind, String message) {
        this(kind, message, null);
    }

    public StateException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
