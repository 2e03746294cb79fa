package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.log.Compression;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.Cleanup;
import io.millrace.log.TopicSettings.Compaction;
import io.millrace.log.TopicSettings.TimestampType;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicLineTest {
    @Test
    void everySettingIsReadAsItWasWritten() {
        TopicSettings settings = TopicSettings.defaults()
                .withCleanup(Cleanup.COMPACT_AND_DELETE)
                .withRetention(Optional.of(Duration.ofDays(7)))
                .withRetentionBytes(Optional.of(1L << 40))
                .withCompaction(new Compaction(
                        Duration.ofSeconds(3), Optional.of(Duration.ofHours(2)), Duration.ofMinutes(5), 0.125))
                .withSegmentBytes(12_345)
                .withSegmentAge(Duration.ofHours(5))
                .withMaxRecordBytes(678)
                .withTimestampType(TimestampType.LOG_APPEND_TIME)
                .withCompression(Compression.ZSTD.withLevel(-3));
        TopicDescription topic = new TopicDescription("orders", "0f1e", 4, settings, false);
        assertThat(TopicLine.parse(TopicLine.format(topic))).isEqualTo(topic);
        TopicDescription plain = new TopicDescription("__plain", "0f1f", 1, TopicSettings.defaults(), true);
        assertThat(TopicLine.parse(TopicLine.format(plain))).isEqualTo(plain);
    }

    @Test
    void settingsThatAreMissingAreDefaults() {
        assertThat(TopicLine.parse("orders 4 0f1e"))
                .isEqualTo(new TopicDescription("orders", "0f1e", 4, TopicSettings.defaults(), false));
    }

    @Test
    void whatIsNotKnownIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicLine.parse("orders 4 0f1e colour=red"))
                .withMessageContaining("colour");
        assertThatIllegalArgumentException().isThrownBy(() -> TopicLine.parse("orders 4"));
        assertThatIllegalArgumentException().isThrownBy(() -> TopicLine.parse("orders four 0f1e"));
        assertThatIllegalArgumentException().isThrownBy(() -> TopicLine.parse("orders 4 0f1e cleanup"));
        assertThatIllegalArgumentException().isThrownBy(() -> TopicLine.parse("orders 4 0f1e compression=rar"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicLine.parse("orders 4 0f1e compression=GZIP compression-level=10"));
        assertThatIllegalArgumentException().isThrownBy(() -> TopicLine.parse("orders 4 0f1e segment-bytes=0"));
    }
}
