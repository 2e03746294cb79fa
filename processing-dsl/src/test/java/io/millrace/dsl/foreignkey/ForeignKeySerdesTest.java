package io.millrace.dsl.foreignkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import io.millrace.serde.Serdes;
import org.junit.jupiter.api.Test;

class ForeignKeySerdesTest {
    private static final ValueHash HASH = new ValueHash(0x0102030405060708L, 0x090A0B0C0D0E0F10L);
    private static final SubscriptionSerde SUBSCRIPTIONS = new SubscriptionSerde(new Text());
    private static final AnswerSerde ANSWERS = new AnswerSerde(new Text());

    /** Texts, as the steps see them. */
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

    private static <T> T read(Serde<T> serde, int... bytes) {
        BytesWriter out = new BytesWriter();
        for (int next : bytes) {
            out.putByte(next);
        }
        return serde.read(BytesView.of(out.toByteArray()));
    }

    @Test
    void subscriptionsHaveTheBytesOfTheirTable() {
        assertThat(written(SUBSCRIPTIONS, new Subscription(Instruction.SUBSCRIBE, HASH, "k", 258)))
                .containsExactly(10, 0, 0, 1, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 'k');
        assertThat(written(SUBSCRIPTIONS, new Subscription(Instruction.UNSUBSCRIBE_AND_ANSWER, null, "k", 0)))
                .containsExactly(1, 0, 0, 0, 0, 'k');
    }

    @Test
    void subscriptionsAreReadAsTheyWereWritten() {
        for (Instruction instruction : Instruction.values()) {
            Subscription hashed = new Subscription(instruction, HASH, "key", 3);
            assertThat(SUBSCRIPTIONS.read(BytesView.of(written(SUBSCRIPTIONS, hashed))))
                    .isEqualTo(hashed);
            Subscription plain = new Subscription(instruction, null, "", 3);
            assertThat(SUBSCRIPTIONS.read(BytesView.of(written(SUBSCRIPTIONS, plain))))
                    .isEqualTo(plain);
        }
    }

    @Test
    void subscriptionsOfEarlierVersionsAreRead() {
        assertThat(SUBSCRIPTIONS.read(BytesView.of(new byte[] {3, 0, 0, 0, 0, 'k'})))
                .isEqualTo(new Subscription(Instruction.SUBSCRIBE, null, "k", 0));
    }

    @Test
    void answersHaveTheBytesOfTheirTable() {
        assertThat(written(ANSWERS, new Answer(HASH, "v", 2)))
                .containsExactly(9, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 'v');
        assertThat(written(ANSWERS, new Answer(null, "v", 2))).containsExactly(1, 0, 0, 0, 2, 'v');
        assertThat(written(ANSWERS, new Answer(null, null, 2))).containsExactly(0, 0, 0, 0, 2);
    }

    @Test
    void answersAreReadAsTheyWereWritten() {
        assertThat(ANSWERS.read(BytesView.of(written(ANSWERS, new Answer(HASH, null, 7)))))
                .isEqualTo(new Answer(HASH, null, 7));
        assertThat(ANSWERS.read(BytesView.of(written(ANSWERS, new Answer(HASH, "", 7)))))
                .isEqualTo(new Answer(HASH, "", 7));
    }

    @Test
    void otherBytesAreRefused() {
        assertThatThrownBy(() -> read(SUBSCRIPTIONS)).isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> read(SUBSCRIPTIONS, 10, 0, 0, 0, 1, 2)).hasMessageContaining("at least 21 bytes");
        assertThatThrownBy(() -> read(SUBSCRIPTIONS, 4, 0, 0, 0, 1)).hasMessageContaining("0 to 3, got 4");
        assertThatThrownBy(() -> read(ANSWERS)).isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> read(ANSWERS, 2, 0, 0, 0, 1)).hasMessageContaining("0, 1, 8 or 9");
        assertThatThrownBy(() -> read(ANSWERS, 8, 0, 0, 0, 1)).hasMessageContaining("at least 21 bytes");
    }
}
