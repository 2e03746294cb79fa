package io.millrace.cli.log;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Offsets as they are typed: {@code 100..200}, {@code 100..}, {@code ..200}, {@code 100}. @param end exclusive */
record OffsetRange(long start, long end) {
    static final OffsetRange ALL = new OffsetRange(0, Long.MAX_VALUE);

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})?(\\.\\.)?([0-9]{1,18})?");

    /** Both ends belong to it. @throws TypeConversionException if it is none */
    static OffsetRange parse(String text) {
        Matcher matcher = FORM.matcher(text);
        boolean fits = matcher.matches() && (matcher.group(1) != null || matcher.group(3) != null);
        if (!fits || (matcher.group(2) == null && matcher.group(3) != null)) {
            throw new TypeConversionException(
                    "'" + text + "' is not a range of offsets, such as 100..200, 100.., ..200 or 100");
        }
        long start = matcher.group(1) == null ? 0 : Long.parseLong(matcher.group(1));
        if (matcher.group(2) == null) {
            return new OffsetRange(start, start + 1);
        }
        long last = matcher.group(3) == null ? Long.MAX_VALUE - 1 : Long.parseLong(matcher.group(3));
        if (last < start) {
            throw new TypeConversionException(
                    "'" + text + "' is no range: it ends before it begins. Did you mean " + last + ".." + start + "?");
        }
        return new OffsetRange(start, last + 1);
    }

    /** As the value of an option. */
    static final class Converter implements ITypeConverter<OffsetRange> {
        @Override
        public OffsetRange convert(String text) {
            return parse(text);
        }
    }

    boolean overlaps(long first, long last) {
        return last >= start && first < end;
    }
}
