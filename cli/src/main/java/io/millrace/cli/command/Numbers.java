package io.millrace.cli.command;

import java.math.BigInteger;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers on the command line, refused in words that a person uses. */
public final class Numbers {
    private Numbers() {}

    /** @throws TypeConversionException if it is none, or not one from {@code least} to {@code most} */
    public static long parse(String text, long least, long most) {
        if (!text.matches("[-+]?[0-9]+")) {
            throw new TypeConversionException("'" + text + "' is not a number");
        }
        BigInteger number = new BigInteger(text);
        if (number.compareTo(BigInteger.valueOf(least)) < 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new TypeConversionException("'" + text + "' is not between " + least + " and " + most);
        }
        return number.longValueExact();
    }

    /** The refusal of an option's value that was noticed by an exception. */
    static TypeConversionException refused(String message, Throwable cause) {
        TypeConversionException refusal = new TypeConversionException(message);
        refusal.initCause(cause);
        return refusal;
    }
}
