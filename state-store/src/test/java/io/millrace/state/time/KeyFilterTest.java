package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyFilterTest {
    @Test
    void whatWasAddedIsFoundAndNearlyAllElseIsDenied() {
        KeyFilter filter = new KeyFilter();
        for (int key = 0; key < 100_000; key++) {
            filter.add(key * 31);
        }
        int mistaken = 0;
        for (int key = 0; key < 100_000; key++) {
            assertThat(filter.mayHave(key * 31)).isTrue();
            mistaken += filter.mayHave(key * 31 + 7) ? 1 : 0;
        }
        assertThat(mistaken).isLessThan(10_000);
    }

    @Test
    void anEmptyOneDeniesAll() {
        assertThat(new KeyFilter().mayHave(0)).isFalse();
    }
}
