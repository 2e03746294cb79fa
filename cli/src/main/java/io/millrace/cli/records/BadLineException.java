package io.millrace.cli.records;

import io.millrace.cli.command.format.BadTextException;

/** A line of the input that is no record. */
final class BadLineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param number of the line, the first one being 1 */
    BadLineException(long number, BadTextException why) {
        super("Line " + number + " is no record: " + why.getMessage() + ".", why);
    }
}
