package io.millrace.cli.topics;

import io.millrace.cli.command.ApiWords;
import io.millrace.cli.command.HumanDuration;
import io.millrace.cli.command.HumanSize;
import io.millrace.log.Compression;
import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.Cleanup;
import io.millrace.log.TopicSettings.Compaction;
import io.millrace.log.TopicSettings.TimestampType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Mixin: every setting of a topic as an option. What is not given stays as it is. */
final class SettingsOptions {
    static final String FOREVER = "forever";
    static final String UNLIMITED = "unlimited";
    static final String NONE = "none";
    /** Retention below these keeps nothing but the newest segment. */
    private static final Duration EMPTYING_AGE = Duration.ofSeconds(1);

    private static final long EMPTYING_BYTES = 1 << 10;
    /** What Kafka's users write for no bound. */
    private static final String KAFKAS_UNBOUNDED = "-1";

    /** A bound, or that there is none: what was given, unlike an option that was not. */
    private record Bound<T>(Optional<T> value) {}

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--cleanup",
            paramLabel = "HOW",
            order = 20,
            converter = CleanupConverter.class,
            description =
                    "What becomes of old records: delete, compact (the newest of each key stays) or compact-and-delete.")
    private @Nullable Cleanup cleanup;

    @Option(
            names = "--retention",
            paramLabel = "TIME",
            order = 21,
            converter = TimeConverter.class,
            description =
                    "How long records are kept, such as 7d or 36h, or forever (-1 is understood, too). Whole segments are deleted,"
                            + " never the newest, once they are forced; their files go a minute later.")
    private @Nullable Bound<Duration> retention;

    @Option(
            names = "--retention-bytes",
            paramLabel = "SIZE",
            order = 22,
            converter = SizeConverter.class,
            description = "How much of a partition is kept at the least, such as 10GiB, or unlimited (or -1).")
    private @Nullable Bound<HumanSize> retentionBytes;

    @Option(
            names = "--segment-bytes",
            paramLabel = "SIZE",
            order = 23,
            converter = HumanSize.Converter.class,
            description =
                    "Size at which a segment is closed and a new one begun, such as 64MiB, from 1MiB to less than 2GiB.")
    private @Nullable HumanSize segmentBytes;

    @Option(
            names = "--segment-age",
            paramLabel = "TIME",
            order = 24,
            converter = HumanDuration.Converter.class,
            description = "Age at which a segment is closed and a new one begun, at least 1s.")
    private @Nullable Duration segmentAge;

    @Option(
            names = "--max-record-bytes",
            paramLabel = "SIZE",
            order = 25,
            converter = HumanSize.Converter.class,
            description =
                    "The largest record that is accepted, by the bytes of its key, value and headers before compression, from 1KiB"
                            + " to less than 2GiB.")
    private @Nullable HumanSize maxRecordBytes;

    @Option(
            names = "--timestamp-type",
            paramLabel = "TYPE",
            order = 26,
            converter = TimestampTypeConverter.class,
            description = "What timestamps mean: create-time (the producer's) or log-append-time.")
    private @Nullable TimestampType timestampType;

    @Option(
            names = "--compression",
            paramLabel = "CODEC",
            order = 27,
            converter = CompressionConverter.class,
            description = "How batches are compressed: none, gzip, snappy, lz4 or zstd; with a level, such as zstd:6.")
    private @Nullable Compression compression;

    @Option(
            names = "--min-compaction-lag",
            paramLabel = "TIME",
            order = 28,
            converter = HumanDuration.Converter.class,
            description = "How long compaction leaves every record alone.")
    private @Nullable Duration minCompactionLag;

    @Option(
            names = "--max-compaction-lag",
            paramLabel = "TIME",
            order = 29,
            converter = NoneTimeConverter.class,
            description = "After about which time a superseded record is gone, or none.")
    private @Nullable Bound<Duration> maxCompactionLag;

    @Option(
            names = "--delete-retention",
            paramLabel = "TIME",
            order = 30,
            converter = HumanDuration.Converter.class,
            description = "How long compaction keeps a record without value, which removes its key.")
    private @Nullable Duration deleteRetention;

    @Option(
            names = "--min-dirty-ratio",
            paramLabel = "RATIO",
            order = 31,
            converter = RatioConverter.class,
            description = "Which part of a partition, 0 to 1, is to be not yet compacted for a compaction to begin.")
    private @Nullable Double minDirtyRatio;

    /** The settings with what was given. @throws ParameterException if they do not go together, or nobody can want them */
    TopicSettings applyTo(TopicSettings before) {
        try {
            // What a program has set stays, however strange: only what is given now is judged as a person's.
            changed(TopicSettings.defaults()).checkPractical();
            return changed(before);
        } catch (IllegalArgumentException e) {
            // Settings check themselves, under the names of the API.
            String why = ApiWords.translate(e.getMessage());
            throw new ParameterException(commandLine(), "These settings cannot be: " + why + ".", e);
        }
    }

    /** Each of what was given that does nothing in a topic of these settings, or far more than its words say. */
    List<String> warnings(TopicSettings settings) {
        List<String> said = new ArrayList<>();
        if (!settings.cleanup().deletes()) {
            addIdle(said, "--retention", retention != null && retention.value().isPresent(), settings);
            addIdle(
                    said,
                    "--retention-bytes",
                    retentionBytes != null && retentionBytes.value().isPresent(),
                    settings);
        }
        if (settings.cleanup().deletes()) {
            addEmptying(said);
        }
        if (!settings.cleanup().compacts()) {
            addIdle(said, "--min-compaction-lag", minCompactionLag != null, settings);
            addIdle(
                    said,
                    "--max-compaction-lag",
                    maxCompactionLag != null && maxCompactionLag.value().isPresent(),
                    settings);
            addIdle(said, "--delete-retention", deleteRetention != null, settings);
            addIdle(said, "--min-dirty-ratio", minDirtyRatio != null, settings);
        }
        return said;
    }

    /** Allowed, for it is a way to empty a topic, but nearly always a unit was forgotten. */
    private void addEmptying(List<String> said) {
        String why = " empties the topic: each segment goes as soon as it is closed. Was a unit forgotten?";
        if (retention != null) {
            retention
                    .value()
                    .filter(time -> time.compareTo(EMPTYING_AGE) < 0)
                    .ifPresent(time -> said.add("--retention " + HumanDuration.show(time) + why));
        }
        if (retentionBytes != null) {
            retentionBytes
                    .value()
                    .filter(size -> size.bytes() < EMPTYING_BYTES)
                    .ifPresent(size -> said.add("--retention-bytes " + HumanSize.show(size.bytes()) + why));
        }
    }

    private static void addIdle(List<String> said, String option, boolean isGiven, TopicSettings settings) {
        if (isGiven) {
            said.add(option + " has no effect while the cleanup is " + optionName(settings.cleanup())
                    + ": it would with --cleanup compact-and-delete.");
        }
    }

    private TopicSettings changed(TopicSettings before) {
        TopicSettings after = with(before, cleanup, TopicSettings::withCleanup);
        after = with(after, retention, (settings, time) -> settings.withRetention(time.value()));
        after = with(
                after,
                retentionBytes,
                (settings, size) -> settings.withRetentionBytes(size.value().map(HumanSize::bytes)));
        after = with(after, segmentBytes, (settings, size) -> settings.withSegmentBytes(size.asInt("segmentBytes")));
        after = with(after, segmentAge, TopicSettings::withSegmentAge);
        after = with(
                after, maxRecordBytes, (settings, size) -> settings.withMaxRecordBytes(size.asInt("maxRecordBytes")));
        after = with(after, timestampType, TopicSettings::withTimestampType);
        after = with(after, compression, TopicSettings::withCompression);
        return after.withCompaction(changed(after.compaction()));
    }

    private Compaction changed(Compaction before) {
        Compaction after = with(before, minDirtyRatio, Compaction::withMinDirtyRatio);
        after = with(after, deleteRetention, Compaction::withDeleteRetention);
        // The two lags are bound to each other: only both together may be right.
        Duration minLag = minCompactionLag == null ? after.minLag() : minCompactionLag;
        Optional<Duration> maxLag = maxCompactionLag == null ? after.maxLag() : maxCompactionLag.value();
        return new Compaction(minLag, maxLag, after.deleteRetention(), after.minDirtyRatio());
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(command, "command").commandLine();
    }

    private static <S, V> S with(S settings, @Nullable V value, BiFunction<S, V, S> change) {
        return value == null ? settings : change.apply(settings, value);
    }

    /** As options write it: {@code COMPACT_AND_DELETE} as {@code compact-and-delete}. */
    static String optionName(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E parse(Class<E> type, String text) {
        for (E value : type.getEnumConstants()) {
            if (optionName(value).equals(text.toLowerCase(Locale.ROOT))) {
                return value;
            }
        }
        throw new TypeConversionException("'" + text + "' is not one of "
                + Arrays.stream(type.getEnumConstants())
                        .map(SettingsOptions::optionName)
                        .collect(Collectors.joining(", ")));
    }

    static final class CleanupConverter implements ITypeConverter<Cleanup> {
        @Override
        public Cleanup convert(String text) {
            // Kafka's way to write it is understood, too.
            return parse(
                    Cleanup.class,
                    text.equals("compact,delete") || text.equals("delete,compact") ? "compact-and-delete" : text);
        }
    }

    static final class TimestampTypeConverter implements ITypeConverter<TimestampType> {
        @Override
        public TimestampType convert(String text) {
            return parse(TimestampType.class, text);
        }
    }

    static final class CompressionConverter implements ITypeConverter<Compression> {
        @Override
        public Compression convert(String text) {
            int colon = text.indexOf(':');
            Compression.Codec codec = parse(Compression.Codec.class, colon < 0 ? text : text.substring(0, colon));
            if (colon < 0) {
                return Compression.of(codec);
            }
            String level = text.substring(colon + 1);
            if (!level.matches("-?[0-9]{1,3}")
                    || Integer.parseInt(level) < codec.leastLevel()
                    || Integer.parseInt(level) > codec.mostLevel()) {
                throw new TypeConversionException("the level of " + optionName(codec) + " is "
                        + (codec.leastLevel() == codec.mostLevel()
                                ? "not to be chosen"
                                : codec.leastLevel() + " to " + codec.mostLevel())
                        + ", got '" + level + "'");
            }
            return new Compression(codec, Integer.parseInt(level));
        }
    }

    static final class TimeConverter implements ITypeConverter<Bound<Duration>> {
        @Override
        public Bound<Duration> convert(String text) {
            return new Bound<>(
                    text.equalsIgnoreCase(FOREVER) || text.equals(KAFKAS_UNBOUNDED)
                            ? Optional.empty()
                            : Optional.of(HumanDuration.parse(text)));
        }
    }

    static final class NoneTimeConverter implements ITypeConverter<Bound<Duration>> {
        @Override
        public Bound<Duration> convert(String text) {
            return new Bound<>(text.equalsIgnoreCase(NONE) ? Optional.empty() : Optional.of(HumanDuration.parse(text)));
        }
    }

    static final class SizeConverter implements ITypeConverter<Bound<HumanSize>> {
        @Override
        public Bound<HumanSize> convert(String text) {
            return new Bound<>(
                    text.equalsIgnoreCase(UNLIMITED) || text.equals(KAFKAS_UNBOUNDED)
                            ? Optional.empty()
                            : Optional.of(HumanSize.parse(text)));
        }
    }

    static final class RatioConverter implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            if (!text.matches("0?\\.[0-9]+|[01](\\.0+)?")) {
                throw new TypeConversionException("'" + text + "' is not between 0 and 1");
            }
            return Double.valueOf(text);
        }
    }
}
