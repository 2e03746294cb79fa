package io.millrace.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.SerdeException;
import io.millrace.serde.Serdes;
import org.junit.jupiter.api.Test;

class ChangeSerdeTest {
    private static final ChangeSerde<String> SERDE = new ChangeSerde<>(Serdes.string());

    private static byte[] written(Change<String> change) {
        BytesWriter out = new BytesWriter();
        // What stands before it is not its own.
        SERDE.write(change, out.putByte(99));
        return BytesView.of(out.toByteArray()).slice(1, out.length() - 1).toByteArray();
    }

    private static Change<String> read(int... bytes) {
        BytesWriter out = new BytesWriter();
        for (int next : bytes) {
            out.putByte(next);
        }
        return SERDE.read(BytesView.of(out.toByteArray()));
    }

    @Test
    void bytesAreThoseOfTheTable() {
        assertThat(written(new Change<>("ab", null))).containsExactly(1, 'a', 'b');
        assertThat(written(new Change<>(null, "c"))).containsExactly(2, 'c');
        assertThat(written(new Change<>("ab", "c"))).containsExactly(3, 'a', 'b', 'c', 0, 0, 0, 2);
        assertThat(written(new Change<>("", ""))).containsExactly(3, 0, 0, 0, 0);
    }

    @Test
    void whatIsWrittenIsRead() {
        assertThat(read(1, 'a', 'b')).isEqualTo(new Change<>("ab", null));
        assertThat(read(2, 'c')).isEqualTo(new Change<>(null, "c"));
        assertThat(read(3, 'a', 'b', 'c', 0, 0, 0, 2)).isEqualTo(new Change<>("ab", "c"));
        assertThat(read(3, 0, 0, 0, 0)).isEqualTo(new Change<>("", ""));
    }

    @Test
    void otherBytesAreRefused() {
        assertThatThrownBy(() -> read())
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("begins with 1, 2 or 3");
        assertThatThrownBy(() -> read(0)).isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> read(3, 'a'))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("ends with the size of the first");
        assertThatThrownBy(() -> read(3, 'a', 0, 0, 0, 2)).isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> read(3, 'a', -1, -1, -1, -1)).isInstanceOf(SerdeException.class);
    }
}
