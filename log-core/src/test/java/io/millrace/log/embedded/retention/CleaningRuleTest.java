package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.Cleanup;
import io.millrace.log.embedded.partition.SegmentFacts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ages are of 1000 ms; segments of 100 bytes and 10 offsets. */
class CleaningRuleTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final TopicSettings DELETE = TopicSettings.defaults().withRetention(Optional.of(SECOND));
    private static final TopicSettings.Compaction ALWAYS =
            TopicSettings.Compaction.defaults().withMinDirtyRatio(0);
    private static final TopicSettings COMPACT = TopicSettings.compacted().withCompaction(ALWAYS);

    private record Facts(long endOffset, long sizeBytes, long firstTimestamp, long maxTimestamp)
            implements SegmentFacts {}

    private static SegmentFacts facts(int number, long firstTimestamp, long maxTimestamp) {
        return new Facts((number + 1) * 10L, 100, firstTimestamp, maxTimestamp);
    }

    /** The newest timestamps of segments, whose first ones are 0. */
    private static List<SegmentFacts> segments(long... maxTimestamps) {
        SegmentFacts[] segments = new SegmentFacts[maxTimestamps.length];
        for (int i = 0; i < segments.length; i++) {
            segments[i] = facts(i, 0, maxTimestamps[i]);
        }
        return List.of(segments);
    }

    @Test
    void aSegmentExpiresWhenAllOfItIsOlderThanTheRetention() {
        assertThat(CleaningRule.expired(segments(10, 20, 30), 0, 300, DELETE, 1010))
                .isZero();
        assertThat(CleaningRule.expired(segments(10, 20, 30), 0, 300, DELETE, 1011))
                .isEqualTo(1);
        assertThat(CleaningRule.expired(segments(10, 20, 30), 0, 300, DELETE, 2000))
                .isEqualTo(3);
    }

    @Test
    void nothingExpiresBehindASegmentThatStays() {
        assertThat(CleaningRule.expired(segments(500, 10, 20), 0, 300, DELETE, 1200))
                .isZero();
    }

    @Test
    void asManySegmentsExpireAsLeaveNoLessThanIsToBeKept() {
        TopicSettings settings = TopicSettings.defaults().withRetentionBytes(Optional.of(150L));
        assertThat(CleaningRule.expired(segments(1, 1, 1), 0, 249, settings, 5)).isZero();
        assertThat(CleaningRule.expired(segments(1, 1, 1), 0, 250, settings, 5)).isEqualTo(1);
        assertThat(CleaningRule.expired(segments(1, 1, 1), 0, 350, settings, 5)).isEqualTo(2);
        assertThat(CleaningRule.expired(segments(1, 1, 1), 0, 120, settings, 5)).isZero();
    }

    @Test
    void aSegmentOfWhichAllRecordsWereDeletedExpiresWhateverTheRetention() {
        TopicSettings forever = TopicSettings.defaults();
        assertThat(CleaningRule.expired(segments(1, 1, 1), 19, 300, forever, 5)).isEqualTo(1);
        assertThat(CleaningRule.expired(segments(1, 1, 1), 20, 300, forever, 5)).isEqualTo(2);
        assertThat(CleaningRule.expired(segments(1, 1, 1), 20, 300, COMPACT, 5)).isZero();
    }

    @Test
    void withoutRetentionNothingExpires() {
        assertThat(CleaningRule.expired(segments(1, 1), 0, 200, TopicSettings.defaults(), Long.MAX_VALUE))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(Cleanup.class)
    void theCleanupSaysWhatIsDone(Cleanup cleanup) {
        TopicSettings settings = DELETE.withCleanup(cleanup).withCompaction(ALWAYS.withMaxLag(Optional.of(SECOND)));
        List<SegmentFacts> old = segments(1, 1);
        assertThat(CleaningRule.expired(old, 0, 200, settings, 5000)).isEqualTo(cleanup.deletes() ? 2 : 0);
        assertThat(CleaningRule.compactionIsDue(old, 0, settings, 5000)).isEqualTo(cleanup.compacts());
        assertThat(CleaningRule.activeIsDue(facts(0, 1, 4500), settings, 5000)).isEqualTo(cleanup.compacts());
        assertThat(CleaningRule.activeIsDue(facts(0, 4500, 1), settings, 5000)).isEqualTo(cleanup.deletes());
    }

    @Test
    void whatIsDirtyHasToBeAsLargeAPartAsTheRatioSays() {
        TopicSettings half = COMPACT.withCompaction(ALWAYS.withMinDirtyRatio(0.5));
        assertThat(CleaningRule.compactionIsDue(segments(1, 1, 1, 1), 20, half, 5))
                .isTrue();
        assertThat(CleaningRule.compactionIsDue(segments(1, 1, 1, 1), 21, half, 5))
                .as("a segment counts whole")
                .isTrue();
        assertThat(CleaningRule.compactionIsDue(segments(1, 1, 1, 1), 30, half, 5))
                .isFalse();
        assertThat(CleaningRule.compactionIsDue(segments(1, 1), 20, COMPACT, 5))
                .as("nothing is dirty")
                .isFalse();
        assertThat(CleaningRule.compactionIsDue(List.of(), 0, COMPACT, 5)).isFalse();
    }

    @Test
    void whatIsYoungerThanTheMinimalLagWaitsWithAllThatFollows() {
        TopicSettings lag = COMPACT.withCompaction(ALWAYS.withMinLag(SECOND));
        List<SegmentFacts> segments = segments(10, 20, 30, 15);
        assertThat(CleaningRule.compactable(segments, 0, lag, 1019)).isEqualTo(1);
        assertThat(CleaningRule.compactable(segments, 0, lag, 1020)).isEqualTo(2);
        assertThat(CleaningRule.compactable(segments, 0, lag, 5000)).isEqualTo(4);
        assertThat(CleaningRule.compactable(segments, 0, COMPACT, 0)).isEqualTo(4);
        assertThat(CleaningRule.compactable(segments, 20, lag, 1019))
                .as("what was compacted is not asked again")
                .isEqualTo(2);
        assertThat(CleaningRule.compactionIsDue(segments, 20, lag, 1019)).isFalse();
        assertThat(CleaningRule.compactionIsDue(segments, 0, lag, 1009)).isFalse();
    }

    @Test
    void whatHasWaitedLongerThanTheMaximalLagIsDueWhateverTheRatio() {
        TopicSettings lag = COMPACT.withCompaction(ALWAYS.withMinDirtyRatio(1).withMaxLag(Optional.of(SECOND)));
        List<SegmentFacts> segments = List.of(facts(0, 1, 1), facts(1, 100, 900), facts(2, 901, 950));
        assertThat(CleaningRule.compactionIsDue(segments, 10, lag, 1100)).isFalse();
        assertThat(CleaningRule.compactionIsDue(segments, 10, lag, 1101))
                .as("its first record counts")
                .isTrue();
        assertThat(CleaningRule.compactionIsDue(segments, 30, lag, 9000)).isFalse();
        assertThat(CleaningRule.compactionIsDue(List.of(facts(0, -1, 100)), 0, lag, 1100))
                .as("without a first timestamp, the largest")
                .isTrue();
    }

    @Test
    void theSegmentThatIsWrittenIsClosedWhenWhatItHoldsShouldHaveBeenCleaned() {
        assertThat(CleaningRule.activeIsDue(facts(0, 10, 20), DELETE, 1020)).isFalse();
        assertThat(CleaningRule.activeIsDue(facts(0, 10, 20), DELETE, 1021)).isTrue();
        assertThat(CleaningRule.activeIsDue(new Facts(10, 0, -1, -1), DELETE, 5000))
                .as("an empty one")
                .isFalse();
        TopicSettings lag = COMPACT.withCompaction(ALWAYS.withMaxLag(Optional.of(SECOND)));
        assertThat(CleaningRule.activeIsDue(facts(0, 10, 900), lag, 1010)).isFalse();
        assertThat(CleaningRule.activeIsDue(facts(0, 10, 900), lag, 1011)).isTrue();
        assertThat(CleaningRule.activeIsDue(facts(0, 10, 900), COMPACT, Long.MAX_VALUE))
                .isFalse();
    }
}
