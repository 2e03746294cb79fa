package io.millrace.log.embedded.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicPartition;
import org.junit.jupiter.api.Test;

class CommittedOffsetsTest {
    private static final OffsetKey KEY = new OffsetKey("bank", new TopicPartition("orders", 0));
    private static final OffsetKey OTHER = new OffsetKey("bank", new TopicPartition("orders", 1));

    private final CommittedOffsets offsets = new CommittedOffsets();

    @Test
    void aPendingOffsetIsInvisibleUntilItsCommitMarker() {
        offsets.commit(KEY, 5L, 0);
        offsets.commitPending(1, KEY, 9L, 1);

        assertThat(offsets.committed(KEY)).isEqualTo(5);
        assertThat(offsets.isPending(KEY)).isTrue();

        assertThat(offsets.complete(1, true)).containsExactly("bank");
        assertThat(offsets.committed(KEY)).isEqualTo(9);
        assertThat(offsets.isPending(KEY)).isFalse();
    }

    @Test
    void anAbortMarkerDropsWhatIsPending() {
        offsets.commit(KEY, 5L, 0);
        offsets.commitPending(1, KEY, 9L, 1);
        offsets.complete(1, false);

        assertThat(offsets.committed(KEY)).isEqualTo(5);
        assertThat(offsets.isPending(KEY)).isFalse();
    }

    @Test
    void aLateMarkerDoesNotUndoAnOffsetThatWasWrittenAfterIt() {
        offsets.commitPending(1, KEY, 9L, 1);
        offsets.commit(KEY, 20L, 2);
        offsets.complete(1, true);

        assertThat(offsets.committed(KEY)).isEqualTo(20);
    }

    @Test
    void theMarkerOfOneProducerLeavesWhatOthersHavePending() {
        offsets.commitPending(1, KEY, 9L, 1);
        offsets.commitPending(2, KEY, 11L, 2);
        offsets.commitPending(2, OTHER, 3L, 3);
        offsets.complete(1, true);

        assertThat(offsets.committed(KEY)).isEqualTo(9);
        assertThat(offsets.isPending(KEY)).isTrue();
        offsets.complete(2, true);
        assertThat(offsets.committed(KEY)).isEqualTo(11);
        assertThat(offsets.committed(OTHER)).isEqualTo(3);
    }

    @Test
    void theLastOfSeveralPendingOffsetsOfAProducerCounts() {
        offsets.commitPending(1, KEY, 9L, 1);
        offsets.commitPending(1, KEY, 12L, 2);
        offsets.complete(1, true);

        assertThat(offsets.committed(KEY)).isEqualTo(12);
        assertThat(offsets.isPending(KEY)).isFalse();
    }

    @Test
    void aTombstoneEndsAlsoWhatIsPending() {
        offsets.commit(KEY, 5L, 0);
        offsets.commitPending(1, KEY, 9L, 1);
        offsets.commit(KEY, null, 2);
        offsets.complete(1, true);

        assertThat(offsets.committed(KEY)).isNull();
        assertThat(offsets.isPending(KEY)).isFalse();
        assertThat(offsets.groups()).isEmpty();
    }

    @Test
    void aDeletionIsRememberedUntilNoOlderCommitCanCome() {
        offsets.commit(KEY, 5L, 0);
        offsets.commit(OTHER, 6L, 1);
        offsets.commit(KEY, null, 4);
        offsets.commit(KEY, 7L, 3);
        assertThat(offsets.committed(KEY)).isNull();
        offsets.forgetDeleted();
        offsets.commit(KEY, 7L, 2);

        assertThat(offsets.committed(KEY)).as("nothing is left of the deletion").isEqualTo(7);
        assertThat(offsets.committed(OTHER)).isEqualTo(6);
    }

    @Test
    void aKeyThatIsCommittedAgainAfterItsDeletionIsKept() {
        offsets.commit(KEY, 5L, 0);
        offsets.commit(KEY, null, 1);
        offsets.commit(KEY, 7L, 2);
        offsets.forgetDeleted();

        assertThat(offsets.committed(KEY)).isEqualTo(7);
    }

    @Test
    void aMarkerOfAProducerWithoutOffsetsChangesNothing() {
        assertThat(offsets.complete(3, true)).isEmpty();
    }
}
