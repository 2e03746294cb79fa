package io.millrace.state.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.BytesView;
import org.junit.jupiter.api.Test;

class OverlayTest {
    private final Overlay overlay = new Overlay();

    @Test
    void clearingMoreOftenThanAGenerationCountsBringsNothingBack() {
        put("old");
        for (int i = 0; i < (1 << 20) + 3; i++) {
            overlay.clear();
            assertThat(find("old")).isNegative();
        }
        put("new");
        assertThat(find("new")).isNotNegative();
        assertThat(find("old")).isNegative();
    }

    @Test
    void aValueThatFitsReplacesTheOldOneWithoutTakingMemory() {
        put("key", "12345678");
        long before = overlay.sizeInBytes();
        for (int i = 0; i < 1_000; i++) {
            put("key", "1234567");
            put("key", "abcdefgh");
        }

        assertThat(overlay.sizeInBytes()).isEqualTo(before);
        assertThat(overlay.value(find("key"), new BytesView()).toUtf8()).isEqualTo("abcdefgh");
    }

    @Test
    void memoryOfOneLargeTransactionIsGivenBackAfterManySmallOnes() {
        for (int i = 0; i < 100_000; i++) {
            put("key" + i);
        }
        long large = overlay.capacityInBytes();
        for (int round = 0; round < 200; round++) {
            overlay.clear();
            put("key");
        }
        overlay.clear();

        assertThat(overlay.capacityInBytes()).isLessThan(large / 50);
        put("key");
        assertThat(find("key")).isNotNegative();
    }

    private void put(String key) {
        put(key, "value");
    }

    private void put(String key, String value) {
        BytesView bytes = BytesView.ofUtf8(key);
        overlay.put(1, bytes, Overlay.hash(1, bytes), BytesView.ofUtf8(value));
    }

    private int find(String key) {
        BytesView bytes = BytesView.ofUtf8(key);
        return overlay.find(1, bytes, Overlay.hash(1, bytes));
    }
}
