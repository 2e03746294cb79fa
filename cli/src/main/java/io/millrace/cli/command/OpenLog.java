package io.millrace.cli.command;

import io.millrace.log.EventLog;
import io.millrace.log.LogException;
import io.millrace.platform.StorageException;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;

/** Opens the log that a command works on. */
public final class OpenLog {
    private OpenLog() {}

    /**
     * Opens it to change it; nobody else may have it open. Its close forces what was written, whatever the log's durability is otherwise.
     *
     * @throws UnusableException if another process has it, which says what works nevertheless
     */
    public static EmbeddedLog forWriting(Path directory) {
        try {
            return EmbeddedLog.open(directory);
        } catch (LogException e) {
            if (e.getCause() instanceof StorageException storage && storage.kind() == StorageException.Kind.LOCKED) {
                throw new UnusableException(
                        "Another process has the log in " + directory
                                + " open, and only one may change it. Close it there, or do"
                                + " this with its API there. Commands that only read work meanwhile: topics list, topics describe,"
                                + " consume without --group, groups list, groups describe, transactions list.",
                        e);
            }
            throw e;
        }
    }

    /** Opens it to read it, whoever else has it open. */
    public static EventLog forReading(Path directory) {
        return forWriting(directory);
    }
}
