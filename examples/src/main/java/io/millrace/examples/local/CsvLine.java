package io.millrace.examples.local;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/** The fields of one line, by the names of the file's header. Errors name the field and show one that is right. */
public final class CsvLine {
    private final List<String> names;
    private final List<String> fields;

    CsvLine(List<String> names, List<String> fields) {
        this.names = names;
        this.fields = fields;
    }

    /** A field that may not be empty. @throws IllegalArgumentException if it is */
    public String text(String name) {
        String field = fields.get(names.indexOf(name));
        if (field.isEmpty()) {
            throw new IllegalArgumentException("the " + name + " is empty");
        }
        return field;
    }

    /** An amount of money, with two places. @throws IllegalArgumentException if it is no number, or has half a cent */
    public BigDecimal amount(String name) {
        try {
            return new BigDecimal(text(name)).setScale(2, RoundingMode.UNNECESSARY);
        } catch (NumberFormatException | ArithmeticException e) {
            throw wrong(name, "amount with up to two places, such as 12.50", e);
        }
    }

    /** @throws IllegalArgumentException if it is no number, or one beyond an int */
    public int integer(String name) {
        try {
            return Integer.parseInt(text(name));
        } catch (NumberFormatException e) {
            throw wrong(name, "whole number up to " + Integer.MAX_VALUE + ", such as 250", e);
        }
    }

    /** @throws IllegalArgumentException if it is no time */
    public Instant time(String name) {
        try {
            return Instant.parse(text(name));
        } catch (DateTimeParseException e) {
            throw wrong(name, "time of ISO 8601 in UTC, such as 2026-01-05T09:03:00Z", e);
        }
    }

    private IllegalArgumentException wrong(String name, String right, RuntimeException cause) {
        return new IllegalArgumentException("the " + name + " '" + text(name) + "' is no " + right, cause);
    }
}
