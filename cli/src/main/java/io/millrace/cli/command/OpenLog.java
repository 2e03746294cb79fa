package io.millrace.cli.command;

import io.millrace.log.Durability;
import io.millrace.log.EventLog;
import io.millrace.log.LogException;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.ReadOnlyLog;
import io.millrace.platform.StorageException;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;

/** Opens the log that a command works on. */
public final class OpenLog {
    private OpenLog() {}

    /**
     * Opens it to change it; nobody else may have it open. What is written survives a killed process; a power cut can take what was
     * written in the last seconds, though not topics and their settings, which are forced.
     *
     * @throws LogInUseException if another process has it, which says what works nevertheless
     */
    public static EmbeddedLog forWriting(Path directory) {
        return forWriting(directory, Durability.PROCESS_CRASH);
    }

    /** The same with the durability of one's choice. */
    public static EmbeddedLog forWriting(Path directory, Durability durability) {
        try {
            return EmbeddedLog.open(directory, EmbeddedLogConfig.defaults().withDurability(durability));
        } catch (LogException e) {
            if (e.getCause() instanceof StorageException storage && storage.kind() == StorageException.Kind.LOCKED) {
                throw new LogInUseException(
                        "Another process has the log in " + directory
                                + " open, and only one may change it. Close it there, or do"
                                + " this with its API there. What changes nothing works meanwhile: every list, describe, show, verify and dump,"
                                + " consume, state, topology, transactions find-hanging, and topics delete-records"
                                + " and groups reset-offsets without --execute.",
                        e);
            }
            throw e;
        }
    }

    /** Opens it to read it, whoever else has it open; who has it does not notice. */
    public static EventLog forReading(Path directory) {
        return ReadOnlyLog.open(directory);
    }
}
