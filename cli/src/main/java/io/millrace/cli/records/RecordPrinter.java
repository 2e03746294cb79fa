package io.millrace.cli.records;

import io.millrace.cli.command.format.BadTextException;
import io.millrace.log.LogRecord;
import io.millrace.serde.BytesWriter;

/** Writes a record as text. Owned by one thread. */
@FunctionalInterface
interface RecordPrinter {
    /** @throws BadTextException if its key or its value cannot be shown in the format that was chosen */
    void print(LogRecord record, BytesWriter out);
}
