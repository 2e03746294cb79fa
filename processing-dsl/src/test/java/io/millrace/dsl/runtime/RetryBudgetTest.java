package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private final RetryBudget budget = new RetryBudget(3, Duration.ofNanos(100));

    @Test
    void theFirstRetryComesAtOnceAndTheNextOnesEverLater() {
        assertThat(budget.failed(1000)).isTrue();
        assertThat(budget.waitNanos(1000)).isZero();
        assertThat(budget.failed(1000)).isTrue();
        assertThat(budget.waitNanos(1000)).isEqualTo(100);
        assertThat(budget.failed(1000)).isTrue();
        assertThat(budget.waitNanos(1000)).isEqualTo(200);
        assertThat(budget.waitNanos(1200)).isZero();
    }

    @Test
    void aWaitForEverOverflowsNeitherAtOnceNorDoubled() {
        RetryBudget patient = new RetryBudget(100, ChronoUnit.FOREVER.getDuration());
        patient.failed(0);
        for (int i = 0; i < 20; i++) {
            patient.failed(0);
            assertThat(patient.waitNanos(0))
                    .isGreaterThan(Duration.ofDays(36_500).toNanos());
        }
    }

    @Test
    void itEnds() {
        for (int i = 0; i < 3; i++) {
            assertThat(budget.failed(0)).isTrue();
        }
        assertThat(budget.failed(0)).isFalse();
        assertThat(budget.failures()).isEqualTo(4);
    }

    @Test
    void aSuccessMakesItNewAgain() {
        budget.failed(0);
        budget.failed(0);
        budget.succeeded();
        assertThat(budget.waitNanos(0)).isZero();
        assertThat(budget.failed(0)).isTrue();
        assertThat(budget.failures()).isEqualTo(1);
    }
}
