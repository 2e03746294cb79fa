package io.millrace.cli.command;

import java.math.BigInteger;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers on the command line, refused in words that a person uses, and counts in such words. Stateless. */
public final class Numbers {
    private Numbers() {}

    /** @throws TypeConversionException if it is none, or not one from {@code least} to {@code most} */
    public static long parse(String text, long least, long most) {
        if (!text.matches("[-+]?[0-9]+")) {
            throw new TypeConversionException("'" + text + "' is not a number");
        }
        BigInteger number = new BigInteger(text);
        boolean isLess = number.compareTo(BigInteger.valueOf(least)) < 0;
        if (isLess && (most == Long.MAX_VALUE || most == Integer.MAX_VALUE)) {
            // That bound is nobody's wish, but the computer's.
            throw new TypeConversionException("'" + text + "' is less than " + least);
        }
        if (isLess || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new TypeConversionException("'" + text + "' is not between " + least + " and " + most);
        }
        return number.longValueExact();
    }

    /** So many of what the noun says: {@code 1 partition}, {@code 2,000 partitions}. */
    public static String count(long count, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
    }

    /** The refusal of an option's value that was noticed by an exception. */
    static TypeConversionException refused(String message, Throwable cause) {
        TypeConversionException refusal = new TypeConversionException(message);
        refusal.initCause(cause);
        return refusal;
    }

    /** The value of an option that is bounded; an option names a subclass, which says by what. */
    public abstract static class IntRange implements ITypeConverter<Integer> {
        private final int least;
        private final int most;

        /** Both belong to it. */
        protected IntRange(int least, int most) {
            this.least = least;
            this.most = most;
        }

        @Override
        public final Integer convert(String text) {
            return (int) parse(text, least, most);
        }
    }

    /** The same of 64 bits. */
    public abstract static class LongRange implements ITypeConverter<Long> {
        private final long least;
        private final long most;

        /** Both belong to it. */
        protected LongRange(long least, long most) {
            this.least = least;
            this.most = most;
        }

        @Override
        public final Long convert(String text) {
            return parse(text, least, most);
        }
    }
}
