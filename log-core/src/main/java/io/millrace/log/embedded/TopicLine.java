package io.millrace.log.embedded;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.Cleanup;
import io.millrace.log.TopicSettings.TimestampType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of the topic catalogue: name, number of partitions, id, and one {@code name=value} for each setting, with a space between them. Stateless.
 *
 * <p>A setting that the line does not have is the default: the line was written by a version that did not know it. One that is not known is
 * refused: a newer version wrote it, and meant it. Durations are milliseconds; what is empty is {@code -}.
 */
final class TopicLine {
    private static final String NONE = "-";

    private TopicLine() {}

    static String format(TopicDescription topic) {
        TopicSettings settings = topic.settings();
        TopicSettings.Compaction compaction = settings.compaction();
        List<String> fields = new ArrayList<>();
        fields.add(topic.name());
        fields.add(Integer.toString(topic.partitions()));
        fields.add(topic.id());
        fields.add("cleanup=" + settings.cleanup());
        fields.add("retention=" + orNone(settings.retention().map(Duration::toMillis)));
        fields.add("retention-bytes=" + orNone(settings.retentionBytes()));
        fields.add("compaction-min-lag=" + compaction.minLag().toMillis());
        fields.add("compaction-max-lag=" + orNone(compaction.maxLag().map(Duration::toMillis)));
        fields.add("delete-retention=" + compaction.deleteRetention().toMillis());
        fields.add("min-dirty-ratio=" + compaction.minDirtyRatio());
        fields.add("segment-bytes=" + settings.segmentBytes());
        fields.add("segment-age=" + settings.segmentAge().toMillis());
        fields.add("max-record-bytes=" + settings.maxRecordBytes());
        fields.add("timestamp-type=" + settings.timestampType());
        fields.add("compression=" + settings.compression().codec());
        fields.add("compression-level=" + settings.compression().level());
        return String.join(" ", fields);
    }

    /** @throws IllegalArgumentException if this is no such line; the message says why */
    static TopicDescription parse(String line) {
        String[] fields = line.split(" ", -1);
        if (fields.length < 3) {
            throw new IllegalArgumentException("a topic has a name, a number of partitions and an id");
        }
        TopicSettings settings = TopicSettings.defaults();
        for (int i = 3; i < fields.length; i++) {
            int equals = fields[i].indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("'" + fields[i] + "' is no setting");
            }
            settings = with(settings, fields[i].substring(0, equals), fields[i].substring(equals + 1));
        }
        return new TopicDescription(
                fields[0], fields[2], Integer.parseInt(fields[1]), settings, TopicName.isInternal(fields[0]));
    }

    private static TopicSettings with(TopicSettings settings, String name, String value) {
        TopicSettings.Compaction compaction = settings.compaction();
        return switch (name) {
            case "cleanup" -> settings.withCleanup(Cleanup.valueOf(value));
            case "retention" -> settings.withRetention(optional(value).map(Duration::ofMillis));
            case "retention-bytes" -> settings.withRetentionBytes(optional(value));
            case "compaction-min-lag" ->
                settings.withCompaction(compaction.withMinLag(Duration.ofMillis(Long.parseLong(value))));
            case "compaction-max-lag" ->
                settings.withCompaction(compaction.withMaxLag(optional(value).map(Duration::ofMillis)));
            case "delete-retention" ->
                settings.withCompaction(compaction.withDeleteRetention(Duration.ofMillis(Long.parseLong(value))));
            case "min-dirty-ratio" -> settings.withCompaction(compaction.withMinDirtyRatio(Double.parseDouble(value)));
            case "segment-bytes" -> settings.withSegmentBytes(Integer.parseInt(value));
            case "segment-age" -> settings.withSegmentAge(Duration.ofMillis(Long.parseLong(value)));
            case "max-record-bytes" -> settings.withMaxRecordBytes(Integer.parseInt(value));
            case "timestamp-type" -> settings.withTimestampType(TimestampType.valueOf(value));
            case "compression" -> settings.withCompression(Compression.of(Codec.valueOf(value)));
            case "compression-level" ->
                settings.withCompression(settings.compression().withLevel(Integer.parseInt(value)));
            default -> throw new IllegalArgumentException("the setting " + name + " is not known to this version");
        };
    }

    private static String orNone(Optional<Long> value) {
        return value.map(present -> Long.toString(present)).orElse(NONE);
    }

    private static Optional<Long> optional(String value) {
        return value.equals(NONE) ? Optional.empty() : Optional.of(Long.parseLong(value));
    }
}
