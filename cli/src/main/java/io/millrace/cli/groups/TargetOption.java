package io.millrace.cli.groups;

import io.millrace.cli.command.HumanDuration;
import io.millrace.cli.command.HumanTime;
import io.millrace.log.OffsetTarget;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where a group's offsets go: one of these. */
final class TargetOption {
    @Option(names = "--to-earliest", required = true, description = "The first record that there is.")
    private boolean isEarliest;

    @Option(
            names = "--to-latest",
            required = true,
            description = "The end: only what is written, or committed, from now on is read.")
    private boolean isLatest;

    @Option(
            names = "--to-offset",
            paramLabel = "OFFSET",
            required = true,
            converter = OffsetConverter.class,
            description = "This offset, or the nearest that exists.")
    private @Nullable OffsetTarget offset;

    @Option(
            names = "--to-datetime",
            paramLabel = "TIME",
            required = true,
            converter = TimeConverter.class,
            description =
                    "The first record of this time or a later one, such as 2026-11-21T13:00:00Z; the end if there is none.")
    private @Nullable OffsetTarget time;

    @Option(
            names = "--by-duration",
            paramLabel = "DURATION",
            required = true,
            converter = HumanDuration.Converter.class,
            description = "The first record that is not older than this, such as 36h; the end if there is none.")
    private @Nullable Duration duration;

    @Option(
            names = "--shift-by",
            paramLabel = "N",
            required = true,
            description =
                    "So many offsets from the committed one on, or back if negative. Markers of transactions count as well.")
    private @Nullable Long shift;

    /** @param nowMillis what a duration is counted back from */
    OffsetTarget target(long nowMillis) {
        if (isEarliest) {
            return new OffsetTarget.Earliest();
        } else if (isLatest) {
            return new OffsetTarget.Latest();
        } else if (offset != null) {
            return offset;
        } else if (time != null) {
            return time;
        } else if (duration != null) {
            return new OffsetTarget.Timestamp(nowMillis - duration.toMillis());
        } else if (shift != null) {
            return new OffsetTarget.Shift(shift);
        }
        throw new IllegalStateException("One of the options is there");
    }

    static final class OffsetConverter implements ITypeConverter<OffsetTarget> {
        @Override
        public OffsetTarget convert(String text) {
            if (!text.matches("[0-9]{1,18}")) {
                throw new TypeConversionException("'" + text + "' is not an offset, 0 or more");
            }
            return new OffsetTarget.Offset(Long.parseLong(text));
        }
    }

    static final class TimeConverter implements ITypeConverter<OffsetTarget> {
        @Override
        public OffsetTarget convert(String text) {
            return new OffsetTarget.Timestamp(HumanTime.parse(text));
        }
    }
}
