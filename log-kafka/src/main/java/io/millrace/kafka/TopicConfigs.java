package io.millrace.kafka;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.Cleanup;
import io.millrace.log.TopicSettings.Compaction;
import io.millrace.log.TopicSettings.TimestampType;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A topic's settings as Kafka's configuration and back. Pure.
 *
 * <p>Kafka bounds a batch as it is written, the log a record as it is handed over: {@link #BATCH_OVERHEAD_BYTES} is what lies between the two for one
 * record. A topic that keeps what producers send, compressed or not, is one without compression here.
 */
final class TopicConfigs {
    /** A batch's header of 61 bytes and the lengths, deltas and attributes of one record with a few headers. */
    static final int BATCH_OVERHEAD_BYTES = 128;

    private static final String FOR_EVER = "-1";
    private static final String AS_PRODUCED = "producer";

    private TopicConfigs() {}

    /** Every setting, so that none is left to the cluster's defaults. */
    static Map<String, String> of(TopicSettings settings) {
        Map<String, String> configs = new TreeMap<>();
        Compaction compaction = settings.compaction();
        configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, cleanup(settings.cleanup()));
        configs.put(
                TopicConfig.RETENTION_MS_CONFIG,
                settings.retention().map(TopicConfigs::millis).orElse(FOR_EVER));
        configs.put(
                TopicConfig.RETENTION_BYTES_CONFIG,
                settings.retentionBytes().map(String::valueOf).orElse(FOR_EVER));
        configs.put(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, millis(compaction.minLag()));
        configs.put(
                TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
                compaction.maxLag().map(TopicConfigs::millis).orElse(String.valueOf(Long.MAX_VALUE)));
        configs.put(TopicConfig.DELETE_RETENTION_MS_CONFIG, millis(compaction.deleteRetention()));
        configs.put(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, String.valueOf(compaction.minDirtyRatio()));
        configs.put(TopicConfig.SEGMENT_BYTES_CONFIG, String.valueOf(settings.segmentBytes()));
        configs.put(TopicConfig.SEGMENT_MS_CONFIG, millis(settings.segmentAge()));
        configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(batchBytes(settings.maxRecordBytes())));
        configs.put(
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                settings.timestampType() == TimestampType.CREATE_TIME ? "CreateTime" : "LogAppendTime");
        putCompression(configs, settings.compression());
        return configs;
    }

    private static int batchBytes(int recordBytes) {
        return (int) Math.min(Integer.MAX_VALUE, (long) recordBytes + BATCH_OVERHEAD_BYTES);
    }

    private static void putCompression(Map<String, String> configs, Compression compression) {
        Codec codec = compression.codec();
        configs.put(
                TopicConfig.COMPRESSION_TYPE_CONFIG,
                codec == Codec.NONE ? AS_PRODUCED : codec.name().toLowerCase(Locale.ROOT));
        String level = levelConfig(codec);
        if (level != null) {
            configs.put(level, String.valueOf(compression.level()));
        }
    }

    private static @org.jspecify.annotations.Nullable String levelConfig(Codec codec) {
        return switch (codec) {
            case GZIP -> TopicConfig.COMPRESSION_GZIP_LEVEL_CONFIG;
            case LZ4 -> TopicConfig.COMPRESSION_LZ4_LEVEL_CONFIG;
            case ZSTD -> TopicConfig.COMPRESSION_ZSTD_LEVEL_CONFIG;
            case NONE, SNAPPY -> null;
        };
    }

    private static String cleanup(Cleanup cleanup) {
        return switch (cleanup) {
            case DELETE -> TopicConfig.CLEANUP_POLICY_DELETE;
            case COMPACT -> TopicConfig.CLEANUP_POLICY_COMPACT;
            case COMPACT_AND_DELETE -> TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE;
        };
    }

    /** The settings of a topic that may have been made by anybody. @param config gives the value of a configuration */
    static TopicSettings settings(Function<String, String> config) {
        return TopicSettings.defaults()
                .withCleanup(readCleanup(config.apply(TopicConfig.CLEANUP_POLICY_CONFIG)))
                .withRetention(bounded(config, TopicConfig.RETENTION_MS_CONFIG).map(Duration::ofMillis))
                .withRetentionBytes(bounded(config, TopicConfig.RETENTION_BYTES_CONFIG))
                .withCompaction(compaction(config))
                .withSegmentBytes(Math.max(1, (int) number(config, TopicConfig.SEGMENT_BYTES_CONFIG)))
                .withSegmentAge(Duration.ofMillis(number(config, TopicConfig.SEGMENT_MS_CONFIG)))
                .withMaxRecordBytes(recordBytes((int) number(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG)))
                .withTimestampType(
                        config.apply(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).equals("LogAppendTime")
                                ? TimestampType.LOG_APPEND_TIME
                                : TimestampType.CREATE_TIME)
                .withCompression(readCompression(config));
    }

    private static int recordBytes(int batchBytes) {
        return batchBytes == Integer.MAX_VALUE ? batchBytes : Math.max(1, batchBytes - BATCH_OVERHEAD_BYTES);
    }

    private static Cleanup readCleanup(String policy) {
        boolean compacts = policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT);
        boolean deletes = policy.contains(TopicConfig.CLEANUP_POLICY_DELETE);
        if (compacts) {
            return deletes ? Cleanup.COMPACT_AND_DELETE : Cleanup.COMPACT;
        }
        return Cleanup.DELETE;
    }

    private static Compaction compaction(Function<String, String> config) {
        long maxLag = number(config, TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG);
        return new Compaction(
                Duration.ofMillis(number(config, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG)),
                maxLag == Long.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofMillis(maxLag)),
                Duration.ofMillis(number(config, TopicConfig.DELETE_RETENTION_MS_CONFIG)),
                Double.parseDouble(config.apply(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG)));
    }

    private static Compression readCompression(Function<String, String> config) {
        String type = config.apply(TopicConfig.COMPRESSION_TYPE_CONFIG).toUpperCase(Locale.ROOT);
        for (Codec codec : Codec.values()) {
            if (codec.name().equals(type)) {
                String level = levelConfig(codec);
                int set = level == null ? codec.defaultLevel() : (int) number(config, level);
                boolean isBound = set >= codec.leastLevel() && set <= codec.mostLevel();
                // Kafka's −1 for gzip, and whatever level a later Kafka adds.
                return isBound ? new Compression(codec, set) : Compression.of(codec);
            }
        }
        return Compression.NONE;
    }

    private static Optional<Long> bounded(Function<String, String> config, String name) {
        long value = number(config, name);
        return value < 0 ? Optional.empty() : Optional.of(value);
    }

    private static long number(Function<String, String> config, String name) {
        return Long.parseLong(config.apply(name));
    }

    private static String millis(Duration duration) {
        return String.valueOf(duration.toMillis());
    }
}
