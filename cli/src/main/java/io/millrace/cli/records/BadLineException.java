package io.millrace.cli.records;

import io.millrace.cli.command.ApiWords;
import io.millrace.cli.command.format.BadTextException;
import io.millrace.log.LogException;

/** A line of the input that is no record, or none that the topic takes. */
final class BadLineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param number of the line, the first one being 1 */
    BadLineException(long number, BadTextException why) {
        super("Line " + number + " is no record: " + why.getMessage() + ".", why);
    }

    /** Of a record that the topic does not take. */
    BadLineException(long number, LogException why) {
        super("Line " + number + " was not taken: " + ApiWords.translate(why.getMessage()) + ".", why);
    }
}
