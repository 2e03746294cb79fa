package io.millrace.cli.records;

import io.millrace.cli.command.HumanTime;
import io.millrace.cli.command.Numbers;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A place in partitions, as people say it. */
sealed interface Position {
    /** The first record that there is. */
    record Beginning() implements Position {}

    /** Where the partition ends now. */
    record End() implements Position {}

    /** @param offset the same in each partition */
    record Offset(long offset) implements Position {}

    /** @param count so many records before the end of each partition */
    record Last(long count) implements Position {}

    /** @param millis the first record with this timestamp or a later one, in milliseconds since the epoch */
    record Time(long millis) implements Position {}

    /** @throws TypeConversionException if it is none */
    static Position parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.equals("beginning") || lower.equals("earliest")) {
            return new Beginning();
        }
        if (lower.equals("end") || lower.equals("latest")) {
            return new End();
        }
        if (lower.matches("[0-9]+")) {
            return new Offset(Numbers.parse(lower, 0, Long.MAX_VALUE));
        }
        if (lower.matches("-[0-9]+")) {
            return new Last(Numbers.parse(lower.substring(1), 0, Long.MAX_VALUE));
        }
        if (lower.matches("(@|[0-9]{4}-).*")) {
            return new Time(HumanTime.parse(text));
        }
        throw new TypeConversionException("'" + text
                + "' is not a position: beginning, end, an offset, -N for the last N records, or a time such as"
                + " 2026-11-21T13:00:00Z or @1700000000000");
    }

    /** As the value of an option. */
    final class Converter implements ITypeConverter<Position> {
        @Override
        public Position convert(String text) {
            return parse(text);
        }
    }
}
