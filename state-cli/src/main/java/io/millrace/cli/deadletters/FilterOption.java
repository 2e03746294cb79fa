package io.millrace.cli.deadletters;

import io.millrace.cli.command.HumanTime;
import io.millrace.dsl.ErrorKind;
import io.millrace.dsl.deadletter.DeadLetterFilter;
import io.millrace.dsl.deadletter.LetterId;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Mixin of commands that choose letters by what they are. */
final class FilterOption {
    @Option(names = "--source", paramLabel = "TOPIC", description = "Only those that came from this topic.")
    private @Nullable String source;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            converter = KindConverter.class,
            description = "Only those of which this failed: deserialization, processing or production.")
    private @Nullable ErrorKind kind;

    @Option(
            names = "--error",
            paramLabel = "TEXT",
            description = "Only those whose error's class or message has this in it, in capitals or not.")
    private @Nullable String error;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = HumanTime.Converter.class,
            description =
                    "Only those that failed then or later, such as 2026-11-21T13:00:00Z, 2026-11-21 (UTC) or @1700000000000.")
    private @Nullable Long since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = HumanTime.Converter.class,
            description = "Only those that failed before then.")
    private @Nullable Long until;

    /** A letter, as a parameter. */
    static final class LetterConverter implements ITypeConverter<LetterId> {
        @Override
        public LetterId convert(String text) {
            try {
                return LetterId.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static final class KindConverter implements ITypeConverter<ErrorKind> {
        @Override
        public ErrorKind convert(String text) {
            for (ErrorKind kind : ErrorKind.values()) {
                if (kind.text().equals(text.toLowerCase(Locale.ROOT))) {
                    return kind;
                }
            }
            throw new TypeConversionException("'" + text + "' is not one of deserialization, processing, production");
        }
    }

    boolean isGiven() {
        return source != null || kind != null || error != null || since != null || until != null;
    }

    DeadLetterFilter filter(Set<LetterId> ids) {
        return new DeadLetterFilter(
                ids,
                Optional.ofNullable(source),
                Optional.ofNullable(kind),
                Optional.ofNullable(error),
                since == null ? Long.MIN_VALUE : since,
                until == null ? Long.MAX_VALUE : until);
    }
}
