package io.millrace.cli.command;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Sizes as people write them: {@code 4096}, {@code 64MiB}, {@code 1.5 GiB}, {@code 10MB}. The units of the binary system end in {@code iB}; a
 * letter alone, such as {@code 64M}, means them too.
 */
public record HumanSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([a-zA-Z]*)");
    private static final List<String> PREFIXES = List.of("", "k", "m", "g", "t", "p");
    private static final List<String> SHOWN = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");
    private static final int STEP = 1_024;

    /** @throws TypeConversionException if it is none, or not a whole number of bytes */
    public static HumanSize parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw malformed(text);
        }
        BigDecimal bytes = new BigDecimal(form.group(1)).multiply(new BigDecimal(factor(form.group(2), text)));
        try {
            return new HumanSize(bytes.toBigIntegerExact().longValueExact());
        } catch (ArithmeticException e) {
            throw Numbers.refused("'" + text + "' is not a whole number of bytes below 8 EiB", e);
        }
    }

    /** For settings that are bounded so. @throws IllegalArgumentException with the setting's name if it is larger */
    public int asInt(String setting) {
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    setting + " is less than 2GiB (at most " + Integer.MAX_VALUE + " bytes), got " + bytes);
        }
        return (int) bytes;
    }

    private static BigInteger factor(String unit, String text) {
        String lower = unit.toLowerCase(Locale.ROOT);
        for (int i = 0; i < PREFIXES.size(); i++) {
            String prefix = PREFIXES.get(i);
            if (lower.equals(prefix + "ib") || lower.equals(prefix) || (i == 0 && lower.equals("b"))) {
                return BigInteger.valueOf(STEP).pow(i);
            }
            if (lower.equals(prefix + "b")) {
                return BigInteger.valueOf(1_000).pow(i);
            }
        }
        throw malformed(text);
    }

    private static TypeConversionException malformed(String text) {
        return new TypeConversionException("'" + text + "' is not a size, such as 4096, 64MiB or 1.5GiB");
    }

    /** For people: exact if it is a whole number of a unit, otherwise with a decimal place. */
    public static String show(long bytes) {
        int unit = 0;
        long whole = bytes;
        while (whole >= STEP && whole % STEP == 0 && unit < SHOWN.size() - 1) {
            whole /= STEP;
            unit++;
        }
        if (whole < STEP) {
            return whole + " " + SHOWN.get(unit);
        }
        double value = (double) bytes;
        unit = 0;
        // What would be shown as 1024.0 of a unit is 1.0 of the next.
        while (value >= STEP - 0.05 && unit < SHOWN.size() - 1) {
            value /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, SHOWN.get(unit));
    }

    /** As the value of an option. */
    public static final class Converter implements ITypeConverter<HumanSize> {
        @Override
        public HumanSize convert(String text) {
            return parse(text);
        }
    }
}
