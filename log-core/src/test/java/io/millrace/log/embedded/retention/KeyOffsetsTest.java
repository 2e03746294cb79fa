package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.BytesView;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KeyOffsetsTest {
    /** Thousands of keys in some hundred slots at first: they meet, and move when the table grows. */
    @Test
    void everyKeyHasItsNewestOffsetHoweverManyThereAre() {
        KeyOffsets keys = new KeyOffsets(1 << 20);
        Map<String, Long> expected = new HashMap<>();
        for (long offset = 0; offset < 30_000; offset++) {
            String key = "key " + offset * 7919 % 9_001;
            assertThat(keys.put(BytesView.ofUtf8(key), offset)).isTrue();
            expected.put(key, offset);
        }
        expected.forEach((key, offset) ->
                assertThat(keys.get(BytesView.ofUtf8(key))).as(key).isEqualTo(offset));
        for (int i = 9_001; i < 12_000; i++) {
            assertThat(keys.get(BytesView.ofUtf8("key " + i))).isEqualTo(-1);
        }
    }

    @Test
    void noKeyIsLostWhenTheTableGrows() {
        KeyOffsets keys = new KeyOffsets(1 << 20);
        for (int i = 0; i < 5_000; i++) {
            keys.put(BytesView.ofUtf8("key " + i), i);
        }
        for (int i = 0; i < 5_000; i++) {
            assertThat(keys.get(BytesView.ofUtf8("key " + i))).isEqualTo(i);
        }
    }

    @Property(tries = 300)
    void anyKeysAreToldApart(@ForAll @Size(max = 60) List<byte[]> added, @ForAll @Size(max = 20) List<byte[]> asked) {
        KeyOffsets keys = new KeyOffsets(1 << 20);
        Map<String, Long> expected = new HashMap<>();
        for (byte[] key : added) {
            long offset = expected.size();
            keys.put(BytesView.of(key), offset);
            expected.put(new String(key, StandardCharsets.ISO_8859_1), offset);
        }
        for (byte[] key : asked) {
            assertThat(keys.get(BytesView.of(key)))
                    .isEqualTo(expected.getOrDefault(new String(key, StandardCharsets.ISO_8859_1), -1L));
        }
        expected.forEach((key, offset) -> assertThat(keys.get(BytesView.of(key.getBytes(StandardCharsets.ISO_8859_1))))
                .isEqualTo(offset));
    }

    @Test
    void offsetZeroIsAnOffset() {
        KeyOffsets keys = new KeyOffsets(1);
        assertThat(keys.get(BytesView.ofUtf8("k"))).isEqualTo(-1);
        assertThat(keys.put(BytesView.ofUtf8("k"), 0)).isTrue();
        assertThat(keys.get(BytesView.ofUtf8("k"))).isZero();
    }

    @Test
    void aFullTableTakesNoOtherKeyAndKeepsThoseThatItHasUpToDate() {
        KeyOffsets keys = new KeyOffsets(3);
        for (int i = 0; i < 3; i++) {
            assertThat(keys.put(BytesView.ofUtf8("k" + i), i)).isTrue();
        }
        assertThat(keys.put(BytesView.ofUtf8("k3"), 3)).isFalse();
        assertThat(keys.get(BytesView.ofUtf8("k3"))).isEqualTo(-1);
        assertThat(keys.put(BytesView.ofUtf8("k1"), 4)).isTrue();
        assertThat(keys.get(BytesView.ofUtf8("k1"))).isEqualTo(4);
        assertThat(keys.get(BytesView.ofUtf8("k0"))).isZero();
        keys.allowOneMore();
        assertThat(keys.put(BytesView.ofUtf8("k3"), 5)).isTrue();
        assertThat(keys.put(BytesView.ofUtf8("k4"), 6)).isFalse();
    }

    @Test
    void aKeyIsAPartOfItsArray() {
        KeyOffsets keys = new KeyOffsets(10);
        byte[] array = "xkeyx".getBytes(StandardCharsets.UTF_8);
        keys.put(new BytesView().wrap(array, 1, 3), 7);
        assertThat(keys.get(BytesView.ofUtf8("key"))).isEqualTo(7);
        assertThat(keys.get(BytesView.of(array))).isEqualTo(-1);
    }

    /** As many keys as one compaction looks up take 24 bytes each, and a third more that is free. */
    @Test
    void memoryIsBoundedByTheNumberOfKeys() {
        KeyOffsets keys = new KeyOffsets(192);
        for (int i = 0; i < 400; i++) {
            keys.put(BytesView.ofUtf8("k" + i), i);
        }
        assertThat(keys.sizeBytes()).isEqualTo(256 * 24);
        KeyOffsets more = new KeyOffsets(193);
        for (int i = 0; i < 193; i++) {
            more.put(BytesView.ofUtf8("k" + i), i);
        }
        assertThat(more.sizeBytes()).isEqualTo(512 * 24);
    }
}
