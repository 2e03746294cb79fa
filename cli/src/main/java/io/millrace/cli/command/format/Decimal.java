package io.millrace.cli.command.format;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;

/** Whole numbers as ASCII digits, without a String. Stateless. */
public final class Decimal {
    private static final int SHOWN = 40;

    private Decimal() {}

    public static void write(long number, BytesWriter out) {
        if (number < 0) {
            out.putByte('-');
        }
        // Counted in negative numbers, of which there is one more.
        long rest = number < 0 ? number : -number;
        long unit = 1;
        while (rest / unit <= -10) {
            unit *= 10;
        }
        for (; unit > 0; unit /= 10) {
            out.putByte((int) ('0' - rest / unit));
            rest %= unit;
        }
    }

    /** @throws BadTextException if it is none, or does not fit 64 bits */
    static long parse(BytesView text) {
        int length = text.length();
        boolean isNegative = length > 0 && text.getByte(0) == '-';
        int i = isNegative || (length > 0 && text.getByte(0) == '+') ? 1 : 0;
        if (i == length) {
            throw refused(text);
        }
        long number = 0;
        for (; i < length; i++) {
            int digit = text.getByte(i) - '0';
            if (digit < 0 || digit > 9 || number < (Long.MIN_VALUE + digit) / 10) {
                throw refused(text);
            }
            number = number * 10 - digit;
        }
        if (!isNegative && number == Long.MIN_VALUE) {
            throw refused(text);
        }
        return isNegative ? number : -number;
    }

    private static BadTextException refused(BytesView text) {
        return new BadTextException("'" + excerpt(text) + "' is not a whole number of 64 bits");
    }

    /** The beginning of a text, for messages. */
    public static String excerpt(BytesView text) {
        BytesView beginning = new BytesView().wrap(text.array(), text.arrayOffset(), Math.min(SHOWN, text.length()));
        String shown = beginning.toUtf8().replaceAll("\\p{Cntrl}", "?");
        return text.length() > SHOWN ? shown + "…" : shown;
    }
}
