package io.millrace.examples;

import java.math.BigInteger;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers on the command line, refused in words that a person uses. */
final class Numbers {
    private Numbers() {}

    static long parse(String text, long least, long most) {
        if (!text.matches("[-+]?[0-9]+")) {
            throw new TypeConversionException("'" + text + "' is not a number");
        }
        BigInteger number = new BigInteger(text);
        if (number.compareTo(BigInteger.valueOf(least)) < 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new TypeConversionException("'" + text + "' is not between " + least + " and " + most);
        }
        return number.longValueExact();
    }
}
