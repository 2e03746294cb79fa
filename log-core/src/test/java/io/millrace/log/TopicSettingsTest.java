package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.millrace.log.TopicSettings.Compaction;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TopicSettingsTest {
    private static final TopicSettings DEFAULTS = TopicSettings.defaults();
    private static final Compaction COMPACTION = Compaction.defaults();

    static Stream<Arguments> durations() {
        return Stream.of(
                duration("retention", value -> DEFAULTS.withRetention(Optional.of(value))),
                duration("segmentAge", DEFAULTS::withSegmentAge),
                duration("minLag", COMPACTION::withMinLag),
                duration("maxLag", value -> COMPACTION.withMaxLag(Optional.of(value))),
                duration("deleteRetention", COMPACTION::withDeleteRetention));
    }

    private static Arguments duration(String name, Consumer<Duration> setting) {
        return Arguments.of(name, setting);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("durations")
    void aDurationThatIsNoNumberOfMillisecondsIsRefusedByItsName(String name, Consumer<Duration> setting) {
        Duration longest = Duration.ofMillis(Long.MAX_VALUE);
        assertThatNoException().isThrownBy(() -> setting.accept(longest));
        assertThatNoException().isThrownBy(() -> setting.accept(Duration.ofMillis(1)));
        for (Duration wrong : Stream.of(
                        longest.plusNanos(1),
                        ChronoUnit.FOREVER.getDuration(),
                        Duration.ofNanos(-1),
                        Duration.ofSeconds(Long.MIN_VALUE))
                .toList()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> setting.accept(wrong))
                    .withMessageContaining(name)
                    .withMessageContaining(wrong.toString());
        }
    }

    @Test
    void whatATopicCannotDoIsRefused() {
        assertRefused("retentionBytes", () -> DEFAULTS.withRetentionBytes(Optional.of(-1L)));
        assertRefused("segmentBytes", () -> DEFAULTS.withSegmentBytes(0));
        assertRefused("maxRecordBytes", () -> DEFAULTS.withMaxRecordBytes(0));
        assertRefused("segmentAge", () -> DEFAULTS.withSegmentAge(Duration.ZERO));
        // The catalogue keeps milliseconds: the next opening would find an age of 0.
        assertRefused("segmentAge", () -> DEFAULTS.withSegmentAge(Duration.ofNanos(999_999)));
        assertRefused("minDirtyRatio", () -> COMPACTION.withMinDirtyRatio(-0.01));
        assertRefused("minDirtyRatio", () -> COMPACTION.withMinDirtyRatio(1.01));
        assertRefused("minDirtyRatio", () -> COMPACTION.withMinDirtyRatio(Double.NaN));
        assertRefused(
                "maxLag",
                () -> COMPACTION.withMinLag(Duration.ofMillis(2)).withMaxLag(Optional.of(Duration.ofMillis(1))));
    }

    @Test
    void theSmallestAndTheLargestOfEachAreTaken() {
        assertThat(DEFAULTS.withRetentionBytes(Optional.of(0L)).retentionBytes())
                .contains(0L);
        assertThat(DEFAULTS.withRetention(Optional.of(Duration.ZERO)).retention())
                .contains(Duration.ZERO);
        assertThat(DEFAULTS.withSegmentBytes(1).segmentBytes()).isEqualTo(1);
        assertThat(DEFAULTS.withMaxRecordBytes(1).maxRecordBytes()).isEqualTo(1);
        assertThat(COMPACTION.withMinDirtyRatio(0).minDirtyRatio()).isZero();
        assertThat(COMPACTION.withMinDirtyRatio(1).minDirtyRatio()).isOne();
        Duration day = Duration.ofDays(1);
        assertThat(COMPACTION.withMinLag(day).withMaxLag(Optional.of(day)).maxLag())
                .contains(day);
    }

    @Test
    void whatNobodyCanWantIsRefusedWithWhatItMayBeAndOnlyWhereItIsAskedFor() {
        assertImpractical(
                "segmentBytes is 1048576 to 2147483647 bytes, got 1048575", DEFAULTS.withSegmentBytes(1_048_575));
        assertImpractical("maxRecordBytes is 1024 to 2147483647 bytes, got 1023", DEFAULTS.withMaxRecordBytes(1_023));
        assertImpractical("segmentAge is at least PT1S, got PT0.999S", DEFAULTS.withSegmentAge(Duration.ofMillis(999)));
        assertImpractical(
                "maxLag is at least PT0.001S, got PT0S",
                DEFAULTS.withCompaction(COMPACTION.withMaxLag(Optional.of(Duration.ZERO))));

        DEFAULTS.checkPractical();
        DEFAULTS.withSegmentBytes(1 << 20)
                .withMaxRecordBytes(1 << 10)
                .withSegmentAge(Duration.ofSeconds(1))
                .withRetention(Optional.of(Duration.ZERO))
                .withRetentionBytes(Optional.of(0L))
                .withCompaction(COMPACTION.withMaxLag(Optional.of(Duration.ofMillis(1))))
                .checkPractical();
    }

    private static void assertImpractical(String message, TopicSettings settings) {
        assertThatIllegalArgumentException()
                .isThrownBy(settings::checkPractical)
                .withMessage(message);
    }

    private static void assertRefused(String name, Runnable setting) {
        assertThatIllegalArgumentException().isThrownBy(setting::run).withMessageContaining(name);
    }
}
