package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import java.util.List;
import org.junit.jupiter.api.Test;

class TroublesTest {
    private static final TopicPartition A = new TopicPartition("a", 0);
    private static final TopicPartition B = new TopicPartition("b", 0);
    private static final RuntimeException DAMAGE = new CorruptionException("damaged at 7");
    private static final long LATER = Troubles.RETRY.toNanos();

    private final Troubles troubles = new Troubles();

    @Test
    void theSameErrorIsNewsOnce() {
        assertThat(troubles.add(A, DAMAGE, 1, 0)).isTrue();
        assertThat(troubles.add(A, new CorruptionException("damaged at 7"), 2, 5))
                .isFalse();
        assertThat(troubles.add(B, DAMAGE, 1, 0)).isTrue();
        assertThat(troubles.add(A, new CorruptionException("damaged at 8"), 2, 5))
                .isTrue();
        assertThat(troubles.isOver(A)).isTrue();
        assertThat(troubles.isOver(A)).isFalse();
        assertThat(troubles.add(A, DAMAGE, 1, 0)).isTrue();
    }

    @Test
    void aPartitionIsTriedAgainWhenItsFilesChangeOrSomeTimeHasGone() {
        assertThat(troubles.isStuck(A, 1, 0)).isFalse();
        troubles.add(A, DAMAGE, 1, 0);
        assertThat(troubles.isStuck(A, 1, LATER - 1)).isTrue();
        assertThat(troubles.isStuck(A, 2, 0)).isFalse();
        assertThat(troubles.isStuck(A, null, 0))
                .as("who does not know looks not")
                .isTrue();
        assertThat(troubles.isStuck(A, 1, LATER)).isFalse();
        assertThat(troubles.isStuck(B, 1, 0)).isFalse();
    }

    @Test
    void whatPassesByItselfIsTriedAgainAtOnce() {
        troubles.add(A, new LogException(Disposition.RETRY, "the disk is full"), 1, 0);
        assertThat(troubles.isStuck(A, 1, 1)).isFalse();
        assertThat(troubles.add(A, new LogException(Disposition.RETRY, "the disk is full"), 1, 0))
                .isFalse();
    }

    @Test
    void whatIsDeletedIsForgotten() {
        troubles.add(A, DAMAGE, 1, 0);
        troubles.add(B, DAMAGE, 1, 0);
        troubles.retain(List.of(B));
        assertThat(troubles.isOver(A)).isFalse();
        assertThat(troubles.isOver(B)).isTrue();
    }
}
