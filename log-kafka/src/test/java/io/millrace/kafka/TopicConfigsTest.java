package io.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.Cleanup;
import io.millrace.log.TopicSettings.Compaction;
import io.millrace.log.TopicSettings.TimestampType;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TopicConfigsTest {
    @Property
    void settingsComeBackAsTheyWere(@ForAll("settings") TopicSettings settings) {
        assertThat(TopicConfigs.settings(TopicConfigs.of(settings)::get)).isEqualTo(settings);
    }

    @Provide
    Arbitrary<TopicSettings> settings() {
        Arbitrary<Duration> durations =
                Arbitraries.longs().between(0, Long.MAX_VALUE - 1).map(Duration::ofMillis);
        Arbitrary<Compaction> compactions = Combinators.combine(
                        durations,
                        durations.optional(),
                        durations,
                        Arbitraries.doubles().between(0, 1))
                .as((lag, maxLag, retention, ratio) ->
                        new Compaction(lag, maxLag.filter(most -> most.compareTo(lag) >= 0), retention, ratio));
        Arbitrary<Compression> compressions = Arbitraries.of(Codec.class)
                .flatMap(codec -> Arbitraries.integers()
                        .between(codec.leastLevel(), codec.mostLevel())
                        .map(level -> new Compression(codec, level)));
        return Combinators.combine(
                        Arbitraries.of(Cleanup.class),
                        durations.optional(),
                        Arbitraries.longs().greaterOrEqual(0).optional(),
                        compactions,
                        Arbitraries.integers().greaterOrEqual(1),
                        durations.filter(age -> !age.isZero()),
                        Arbitraries.integers().between(1, Integer.MAX_VALUE - 200),
                        compressions)
                .as((cleanup, retention, bytes, compaction, segment, age, record, compression) -> new TopicSettings(
                        cleanup,
                        retention,
                        bytes,
                        compaction,
                        segment,
                        age,
                        record,
                        TimestampType.CREATE_TIME,
                        compression));
    }

    @Test
    void aTopicThatAnotherProgramMadeIsDescribedAsFarAsThereAreWords() {
        Map<String, String> configs = new HashMap<>(TopicConfigs.of(TopicSettings.defaults()));
        configs.put("compression.type", "uncompressed");
        configs.put("message.timestamp.type", "LogAppendTime");
        configs.put("max.message.bytes", "1");
        configs.put("cleanup.policy", "delete,compact");
        TopicSettings settings = TopicConfigs.settings(configs::get);
        assertThat(settings.compression()).isEqualTo(Compression.NONE);
        assertThat(settings.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(settings.maxRecordBytes()).isEqualTo(1);
        assertThat(settings.cleanup()).isEqualTo(Cleanup.COMPACT_AND_DELETE);
        assertThat(settings.retention()).isEqualTo(Optional.empty());
        configs.put("compression.type", "gzip");
        configs.put("compression.gzip.level", "-1");
        assertThat(TopicConfigs.settings(configs::get).compression()).isEqualTo(Compression.GZIP);
    }
}
