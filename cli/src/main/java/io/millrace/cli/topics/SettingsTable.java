package io.millrace.cli.topics;

import io.millrace.cli.command.HumanDuration;
import io.millrace.cli.command.HumanSize;
import io.millrace.log.Compression;
import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.Compaction;
import java.util.LinkedHashMap;
import java.util.Map;

/** A topic's settings in words, under the names of their options. Stateless. */
final class SettingsTable {
    private SettingsTable() {}

    /** Every setting, as its option would be given. */
    static Map<String, String> of(TopicSettings settings) {
        Compaction compaction = settings.compaction();
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("cleanup", SettingsOptions.optionName(settings.cleanup()));
        shown.put("retention", settings.retention().map(HumanDuration::show).orElse(SettingsOptions.FOREVER));
        shown.put(
                "retention-bytes",
                settings.retentionBytes().map(HumanSize::show).orElse(SettingsOptions.UNLIMITED));
        shown.put("segment-bytes", HumanSize.show(settings.segmentBytes()));
        shown.put("segment-age", HumanDuration.show(settings.segmentAge()));
        shown.put("max-record-bytes", HumanSize.show(settings.maxRecordBytes()));
        shown.put("timestamp-type", SettingsOptions.optionName(settings.timestampType()));
        shown.put("compression", show(settings.compression()));
        shown.put("min-compaction-lag", HumanDuration.show(compaction.minLag()));
        shown.put(
                "max-compaction-lag",
                compaction.maxLag().map(HumanDuration::show).orElse(SettingsOptions.NONE));
        shown.put("delete-retention", HumanDuration.show(compaction.deleteRetention()));
        shown.put("min-dirty-ratio", Double.toString(compaction.minDirtyRatio()));
        return shown;
    }

    private static String show(Compression compression) {
        String codec = SettingsOptions.optionName(compression.codec());
        return compression.level() == compression.codec().defaultLevel() ? codec : codec + ":" + compression.level();
    }
}
