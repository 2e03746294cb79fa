package io.millrace.platform;

import org.jspecify.annotations.Nullable;

/** A storage call that failed, with what the caller has to know to decide: its {@link Kind}. */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a storage call failed. */
    public enum Kind {
        NOT_FOUND,
        ALREADY_EXISTS,
        /** Another process or another opening holds the directory. */
        LOCKED,
        /** The disk or the quota is full. */
        NO_SPACE,
        /** The process may not open more files. */
        TOO_MANY_OPEN_FILES,
        /** No permission, or a read-only file system. */
        ACCESS_DENIED,
        /** A path that is not one, or that leaves the root. */
        BAD_PATH,
        /** Everything else that the device or the system answered. */
        IO
    }

    private final Kind kind;

    public StorageException(Kind kind, String message) {
        this(kind, message, null);
    }

    public StorageException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
