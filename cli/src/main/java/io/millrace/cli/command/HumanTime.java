package io.millrace.cli.command;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;

/**
 * Points in time as people write them: {@code 2026-11-21T13:00:00Z}, {@code 2026-11-21T13:00+01:00}, {@code 2026-11-21 13:00} and {@code
 * 2026-11-21} (both UTC), {@code @1700000000000} (milliseconds since the epoch).
 */
public final class HumanTime {
    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private HumanTime() {}

    /** @return milliseconds since the epoch @throws TypeConversionException if it is none */
    public static long parse(String text) {
        String time = text.strip();
        if (time.startsWith("@")) {
            return Numbers.parse(time.substring(1), 0, Long.MAX_VALUE);
        }
        String iso = time.toUpperCase(Locale.ROOT).replace(' ', 'T');
        try {
            if (!iso.contains("T")) {
                return LocalDate.parse(iso)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .toEpochMilli();
            }
            boolean hasZone = iso.matches(".*T.*(Z|[+-][0-9:]+)");
            return hasZone
                    ? OffsetDateTime.parse(iso).toInstant().toEpochMilli()
                    : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw Numbers.refused(
                    "'" + text + "' is not a time, such as 2026-11-21T13:00:00Z, 2026-11-21 (UTC) or @1700000000000",
                    e);
        }
    }

    /** In UTC, to the millisecond. */
    public static String show(long millis) {
        return millis < 0 ? "@" + millis : SHOWN.format(Instant.ofEpochMilli(millis));
    }

    /** As the value of an option. */
    public static final class Converter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return parse(text);
        }
    }
}
