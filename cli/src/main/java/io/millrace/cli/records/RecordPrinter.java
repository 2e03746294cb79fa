package io.millrace.cli.records;

import io.millrace.cli.command.Output;
import io.millrace.cli.command.format.BadTextException;
import io.millrace.log.LogRecord;

/** Writes a record as text. Owned by one thread. */
@FunctionalInterface
interface RecordPrinter {
    /**
     * Writes the record. What it has of more than {@link Output#LARGE_BYTES} is not gathered first.
     *
     * @throws BadTextException if its key or its value cannot be shown in the format that was chosen; a part of what is large may be written then
     */
    void print(LogRecord record, Output out);
}
