package io.millrace.examples.bank;

/**
 * A line that is not an order.
 *
 * @param lineNumber counted from 1, the header included
 * @param reason what is wrong with it, for a person
 * @param line its text, cut if it is very long
 */
public record DeadLetter(long lineNumber, String reason, String line) implements InputLine {}
