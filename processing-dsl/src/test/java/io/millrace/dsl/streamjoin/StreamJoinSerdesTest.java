package io.millrace.dsl.streamjoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import io.millrace.serde.Serdes;
import io.millrace.state.time.TimedKey;
import org.junit.jupiter.api.Test;

class StreamJoinSerdesTest {
    private static final CandidateSerde CANDIDATES = new CandidateSerde(new Text());
    private static final UnmatchedSerde UNMATCHED = new UnmatchedSerde(new Text());

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

    @Test
    void candidatesHaveTheBytesOfTheirTable() {
        assertThat(written(CANDIDATES, new Candidate("v", false))).containsExactly(0, 'v');
        assertThat(written(CANDIDATES, new Candidate("v", false).matched())).containsExactly(1, 'v');
        for (boolean isMatched : new boolean[] {true, false}) {
            Candidate candidate = new Candidate("", isMatched);
            assertThat(CANDIDATES.read(BytesView.of(written(CANDIDATES, candidate))))
                    .isEqualTo(candidate);
        }
    }

    @Test
    void unmatchedOnesHaveTheBytesOfTheirTable() {
        Unmatched unmatched = new Unmatched(true, new TimedKey<>("k", 258, 3));
        assertThat(written(UNMATCHED, unmatched))
                .containsExactly(1, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 3, 'k');
        assertThat(UNMATCHED.read(BytesView.of(written(UNMATCHED, unmatched)))).isEqualTo(unmatched);
        Unmatched right = new Unmatched(false, new TimedKey<>("", 0, 0));
        assertThat(UNMATCHED.read(BytesView.of(written(UNMATCHED, right)))).isEqualTo(right);
    }

    @Test
    void otherBytesAreRefused() {
        assertThatThrownBy(() -> CANDIDATES.read(BytesView.of(new byte[0]))).isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> CANDIDATES.read(BytesView.of(new byte[] {2, 'v'})))
                .isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> UNMATCHED.read(BytesView.of(new byte[16]))).isInstanceOf(SerdeException.class);
        byte[] other = new byte[17];
        other[0] = 2;
        assertThatThrownBy(() -> UNMATCHED.read(BytesView.of(other))).isInstanceOf(SerdeException.class);
    }

    @Test
    void theirNamesNameTheirParts() {
        assertThat(CANDIDATES.name()).isEqualTo("candidate<text>");
        assertThat(UNMATCHED.name()).isEqualTo("unmatched<text>");
    }
}
