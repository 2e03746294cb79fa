package io.millrace.transactions.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.transactions.TransactionFilter;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TransactionFilterTest {
    @Test
    void asksForTheStatesThatTheCoordinatorKnows() {
        assertThat(TransactionFilter.STATES)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(TransactionState.values())
                        .filter(state ->
                                state != TransactionState.DEAD && state != TransactionState.PREPARE_EPOCH_FENCE)
                        .map(TransactionState::label)
                        .toList());
    }

    @Test
    void aStateThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> TransactionFilter.all().withStates(Set.of("ongoing")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'ongoing'")
                .hasMessageContaining("Ongoing, Prepared");
    }
}
