package io.millrace.examples.bank;

import io.millrace.serde.BytesView;

/**
 * A line that is not an order.
 *
 * @param lineNumber counted from 1, the header included
 * @param reason what is wrong with it, for a person
 * @param line its bytes as they were read, text or not; only its beginning if it is very long
 * @param size how many bytes the whole line has
 */
public record DeadLetter(long lineNumber, String reason, BytesView line, long size) implements InputLine {
    public DeadLetter {
        if (size < line.length()) {
            throw new IllegalArgumentException("A line of " + size + " bytes has no " + line.length() + " to keep");
        }
    }

    public boolean isCut() {
        return line.length() < size;
    }
}
