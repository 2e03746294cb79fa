package io.millrace.dsl.deduplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import io.millrace.serde.Serdes;
import org.junit.jupiter.api.Test;

class DeduplicationSerdesTest {
    private static final KeyAndIdSerde KEYS = new KeyAndIdSerde(new Text(), new Text());
    private static final PassedSerde TIMES = new PassedSerde();

    /** Texts, as the step sees them. */
    private record Text() implements Serde<Object> {
        @Override
        public void write(Object value, BytesWriter out) {
            Serdes.string().write((String) value, out);
        }

        @Override
        public Object read(BytesView in) {
            return Serdes.string().read(in);
        }

        @Override
        public String name() {
            return "text";
        }
    }

    private static <T> byte[] written(Serde<T> serde, T value) {
        BytesWriter out = new BytesWriter();
        serde.write(value, out);
        return out.toByteArray();
    }

    @Test
    void keysAndIdsHaveTheBytesOfTheirTableAlsoBehindOtherBytes() {
        KeyAndId value = new KeyAndId("ab", "c");
        assertThat(written(KEYS, value)).containsExactly('a', 'b', 'c', 0, 0, 0, 2);
        BytesWriter out = new BytesWriter().putInt(7);
        KEYS.write(value, out);
        assertThat(out.toByteArray()).containsExactly(0, 0, 0, 7, 'a', 'b', 'c', 0, 0, 0, 2);
        assertThat(KEYS.name()).isEqualTo("key-and-id<text, text>");
    }

    @Test
    void keysAndIdsAreReadAsTheyWereWritten() {
        for (String key : new String[] {"", "ab"}) {
            for (String id : new String[] {"", "ab"}) {
                KeyAndId value = new KeyAndId(key, id);
                assertThat(KEYS.read(BytesView.of(written(KEYS, value)))).isEqualTo(value);
            }
        }
        assertThatThrownBy(() -> KEYS.read(BytesView.of(new byte[] {0, 0, 0})))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("end with the length of the key");
        assertThatThrownBy(() -> KEYS.read(BytesView.of(new byte[] {0, 0, 0, 1})))
                .isInstanceOf(SerdeException.class);
        for (byte[] bytes : new byte[][] {{-1, -1, -1, -1}, {0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -2}}) {
            assertThatThrownBy(() -> KEYS.read(BytesView.of(bytes))).isInstanceOf(SerdeException.class);
        }
    }

    @Test
    void aPartHasItsFirstTimeAndTheComplementOfTheLength() {
        KeyAndId part = new KeyAndId("ab", "c").part(258);
        assertThat(written(KEYS, part)).containsExactly('a', 'b', 'c', 0, 0, 0, 0, 0, 0, 1, 2, -1, -1, -1, -3);
        for (KeyAndId value : new KeyAndId[] {part, new KeyAndId("", "").part(-1)}) {
            assertThat(KEYS.read(BytesView.of(written(KEYS, value)))).isEqualTo(value);
        }
    }

    @Test
    void timesHaveEightBytesEachRising() {
        PassedTimes times = PassedTimes.first(258).with(1);
        assertThat(written(TIMES, times)).containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2);
        assertThat(TIMES.read(BytesView.of(written(TIMES, times)))).isEqualTo(times);
        assertThatThrownBy(() -> TIMES.read(BytesView.of(new byte[0]))).isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> TIMES.read(BytesView.of(new byte[10])))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("8 bytes each");
    }

    @Test
    void partsHaveEightBytesEachAndOneMore() {
        PassedParts parts = PassedParts.of(1, 258);
        assertThat(written(TIMES, parts)).containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2, 0);
        assertThat(TIMES.read(BytesView.of(written(TIMES, parts)))).isEqualTo(parts);
        assertThatThrownBy(() -> TIMES.read(BytesView.of(new byte[] {0}))).isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> TIMES.read(BytesView.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 1})))
                .isInstanceOf(SerdeException.class);
    }

    @Test
    void aTimeIsRepeatedOnBothSidesButNotAWindowAway() {
        PassedTimes times = PassedTimes.first(20).with(40);
        assertThat(times.isRepeatedAt(10, 10)).isFalse();
        assertThat(times.isRepeatedAt(11, 10)).isTrue();
        assertThat(times.isRepeatedAt(29, 10)).isTrue();
        assertThat(times.isRepeatedAt(30, 10)).isFalse();
        assertThat(times.isRepeatedAt(31, 10)).isTrue();
        assertThat(times.isRepeatedAt(50, 10)).isFalse();
    }

    @Test
    void whatIsNotKeptLeavesAndTheRestStays() {
        PassedTimes times = PassedTimes.first(40).with(20);
        assertThat(times.first()).isEqualTo(20);
        assertThat(times.onlyThose(time -> true)).isSameAs(times);
        assertThat(times.onlyThose(time -> time > 20)).isEqualTo(PassedTimes.first(40));
        assertThat(times.onlyThose(time -> false)).isNull();
    }
}
