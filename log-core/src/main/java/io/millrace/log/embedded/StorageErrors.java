package io.millrace.log.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.platform.StorageException;

/** What a caller of the log is told of a failed storage call. Pure. */
final class StorageErrors {
    private static final String OPEN_FILES = "raise the limit of open files (ulimit -n)";

    private StorageErrors() {}

    static LogException translate(StorageException e, String what) {
        String advice = switch (e.kind()) {
            case NO_SPACE -> "make room on the disk, then try again";
            case TOO_MANY_OPEN_FILES ->
                OPEN_FILES + ", or have this log keep fewer open (EmbeddedLogConfig.maxOpenFiles), then try again";
            case ACCESS_DENIED -> "give this process the permission to read and write there";
            case LOCKED -> "close it where it is open";
            case NOT_FOUND, ALREADY_EXISTS, BAD_PATH, IO -> "look at the disk, then open the log again";
        };
        Disposition disposition = switch (e.kind()) {
            case NO_SPACE, TOO_MANY_OPEN_FILES -> Disposition.RETRY;
            case ACCESS_DENIED, LOCKED, NOT_FOUND, ALREADY_EXISTS, BAD_PATH, IO -> Disposition.STOP;
        };
        return new LogException(disposition, what + ": " + e.getMessage() + ". What to do: " + advice, e);
    }

    /** The same for who only reads, and so needs less. */
    static LogException translateReading(StorageException e, String what) {
        String advice = switch (e.kind()) {
            case NOT_FOUND, BAD_PATH -> "name the directory in which a log is";
            case ACCESS_DENIED -> "give this process the permission to read it, or run it as the user who owns it";
            case TOO_MANY_OPEN_FILES -> OPEN_FILES + ", then try again";
            case ALREADY_EXISTS, LOCKED, NO_SPACE, IO -> "look at the disk, then try again";
        };
        return new LogException(Disposition.STOP, what + ": " + e.getMessage() + ". What to do: " + advice, e);
    }
}
