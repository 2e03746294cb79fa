package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final long MIB = 1 << 20;

    @Test
    void theDefaultIsAQuarterOfTheMachineAtMost512MebibytesAndHalfOfTheHeapForWhatLiesThere() {
        assertThat(MemoryBudget.of(64L << 30, 16L << 30).bytes()).isEqualTo(512 * MIB);
        assertThat(MemoryBudget.of(1L << 30, 16L << 30).bytes()).isEqualTo(256 * MIB);
        assertThat(MemoryBudget.of(64L << 30, 160 * MIB).bytes()).isEqualTo(128 * MIB);
        assertThat(MemoryBudget.of(1, 1).bytes()).isEqualTo(16 * MIB);
        assertThat(MemoryBudget.ofThisMachine().bytes()).isBetween(16 * MIB, 512 * MIB);
    }

    @Test
    void thePartsAreNotMoreThanTheWhole() {
        MemoryBudget budget = new MemoryBudget(123_456_789);
        long slackAndSpare = budget.stagedBytes() + budget.committedBytes();

        assertThat(budget.backendBytes()
                        + budget.cacheBytes()
                        + budget.stagedBytes()
                        + budget.committedBytes()
                        + slackAndSpare)
                .isLessThanOrEqualTo(budget.bytes());
        assertThat(budget.writeBufferBytes()).isLessThan(budget.backendBytes());
        StateStoreConfig config = StateStoreConfig.within(budget);
        assertThat(config.cacheBytes()).isEqualTo(budget.cacheBytes());
        assertThat(config.stagedBytes()).isEqualTo(budget.stagedBytes());
        assertThat(config.committedLimitBytes()).isEqualTo(budget.committedBytes());
    }

    @Test
    void aBudgetTooSmallForAnythingIsRefused() {
        assertThatThrownBy(() -> new MemoryBudget(MIB))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16 MiB at least, got 1048576");
    }
}
