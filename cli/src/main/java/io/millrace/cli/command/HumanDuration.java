package io.millrace.cli.command;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as people write them: {@code 7d}, {@code 36h}, {@code 1d12h}, {@code 90s}, {@code 500ms}, or as ISO-8601, {@code PT90S}. */
public final class HumanDuration {
    private static final Pattern FORM = Pattern.compile("(?:[0-9]+ ?(?:ms|w|d|h|m|s) ?)+");
    private static final Pattern PART = Pattern.compile("([0-9]+) ?(ms|w|d|h|m|s)");

    /** From the longest one. */
    private enum Unit {
        W(Duration.ofDays(7)),
        D(Duration.ofDays(1)),
        H(Duration.ofHours(1)),
        M(Duration.ofMinutes(1)),
        S(Duration.ofSeconds(1)),
        MS(Duration.ofMillis(1));

        private final Duration length;

        Unit(Duration length) {
            this.length = length;
        }
    }

    private HumanDuration() {}

    /** Counted in milliseconds, it fits a long. @throws TypeConversionException if it is none, or negative, as only ISO-8601 can write it */
    public static Duration parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        try {
            Duration duration = lower.startsWith("p") ? Duration.parse(lower) : sum(lower);
            if (duration.isNegative()) {
                throw new TypeConversionException("'" + text + "' is negative");
            }
            return Duration.ofMillis(duration.toMillis());
        } catch (DateTimeParseException e) {
            throw Numbers.refused(malformed(text), e);
        } catch (ArithmeticException | NumberFormatException e) {
            throw Numbers.refused("'" + text + "' is longer than anything lasts", e);
        }
    }

    private static Duration sum(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        if (!FORM.matcher(text).matches()) {
            throw new TypeConversionException(malformed(text));
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            Unit unit = Unit.valueOf(part.group(2).toUpperCase(Locale.ROOT));
            sum = sum.plus(unit.length.multipliedBy(Long.parseLong(part.group(1))));
        }
        return sum;
    }

    private static String malformed(String text) {
        return "'" + text + "' is not a duration, such as 7d, 36h, 1d12h, 90s or 500ms";
    }

    /** For people, to the millisecond: {@code 7d}, {@code 1d12h}, {@code 0s}. */
    public static String show(Duration duration) {
        if (duration.toMillis() <= 0) {
            return duration.isNegative() ? "-" + show(duration.negated()) : "0s";
        }
        StringBuilder text = new StringBuilder();
        long rest = duration.toMillis();
        for (Unit unit : Unit.values()) {
            long millis = unit.length.toMillis();
            if (unit != Unit.W && rest >= millis) {
                text.append(rest / millis).append(unit.name().toLowerCase(Locale.ROOT));
                rest %= millis;
            }
        }
        return text.toString();
    }

    /** As the value of an option. */
    public static final class Converter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return parse(text);
        }
    }
}
