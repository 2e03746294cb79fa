package io.millrace.cli.command;

import io.millrace.platform.StorageException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What helps when a process may open no more files. Stateless. */
public final class OpenFiles {
    private static final String ADVICE = ". Raise the limit of open files (ulimit -n), then try again.";

    private OpenFiles() {}

    /** What to append to a message about this failure: the advice, or else what ends a sentence. */
    public static String advice(Throwable failure) {
        return areTooMany(failure) ? ADVICE : ".";
    }

    /** True if it is for want of files that may be opened. */
    static boolean areTooMany(@Nullable Throwable failure) {
        if (failure == null) {
            return false;
        }
        if (failure instanceof StorageException storage) {
            return storage.kind() == StorageException.Kind.TOO_MANY_OPEN_FILES;
        }
        // Java knows of it by the system's words alone.
        return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("too many open files")
                || areTooMany(failure.getCause());
    }
}
