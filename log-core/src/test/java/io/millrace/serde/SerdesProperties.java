package io.millrace.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class SerdesProperties {
    @Property(tries = 100)
    void int64ComesBackFrom8BigEndianBytes(@ForAll long value) {
        assertThat(bytesOf(Serdes.int64(), value)).hasSize(8);
        assertThat(throughBytes(Serdes.int64(), value)).isEqualTo(value);
    }

    @Example
    void numbersAreBigEndian() {
        assertThat(bytesOf(Serdes.int64(), 258L)).containsExactly(0, 0, 0, 0, 0, 0, 1, 2);
        assertThat(bytesOf(Serdes.int32(), -2)).containsExactly(-1, -1, -1, -2);
    }

    @Property(tries = 100)
    void int32ComesBack(@ForAll int value) {
        assertThat(throughBytes(Serdes.int32(), value)).isEqualTo(value);
    }

    @Property(tries = 100)
    void float64ComesBackAndEqualValuesHaveEqualBytes(@ForAll double value) {
        assertThat(throughBytes(Serdes.float64(), value)).isEqualTo(value);
        double otherNan = Double.longBitsToDouble(0x7FF0000000000001L);
        assertThat(bytesOf(Serdes.float64(), otherNan)).isEqualTo(bytesOf(Serdes.float64(), Double.NaN));
    }

    @Property(tries = 100)
    void uuidComesBack(@ForAll long high, @ForAll long low) {
        UUID value = new UUID(high, low);
        assertThat(throughBytes(Serdes.uuid(), value)).isEqualTo(value);
    }

    @Example
    void boolComesBackAndOtherBytesAreRefused() {
        assertThat(throughBytes(Serdes.bool(), true)).isTrue();
        assertThat(throughBytes(Serdes.bool(), false)).isFalse();
        assertThatThrownBy(() -> Serdes.bool().read(BytesView.of(new byte[] {2})))
                .isInstanceOf(SerdeException.class);
    }

    @Property(tries = 300)
    void textComesBackOrIsRefusedForALoneSurrogate(@ForAll String value) {
        boolean hasUtf8 = StandardCharsets.UTF_8.newEncoder().canEncode(value);
        if (hasUtf8) {
            assertThat(throughBytes(Serdes.string(), value)).isEqualTo(value);
        } else {
            assertThatThrownBy(() -> bytesOf(Serdes.string(), value)).isInstanceOf(SerdeException.class);
        }
    }

    @Property(tries = 300)
    void textIsReadOnlyFromWellFormedBytes(@ForAll @Size(max = 12) byte[] bytes) {
        try {
            String text = Serdes.string().read(BytesView.of(bytes));
            assertThat(text.getBytes(StandardCharsets.UTF_8)).isEqualTo(bytes);
        } catch (SerdeException e) {
            assertThat(e).hasMessageContaining("Not UTF-8");
        }
    }

    @Example
    void replacementCharacterItselfIsText() {
        assertThat(throughBytes(Serdes.string(), "a\uFFFDb")).isEqualTo("a\uFFFDb");
        assertThatThrownBy(() -> Serdes.string().read(BytesView.of(new byte[] {'a', (byte) 0xC3})))
                .isInstanceOf(SerdeException.class);
    }

    @Property(tries = 100)
    void bytesAreCopied(@ForAll byte[] value) {
        BytesView moving = BytesView.of(value.clone());
        BytesView read = Serdes.bytes().read(moving);
        Arrays.fill(moving.array(), (byte) 0);

        assertThat(read).isEqualTo(BytesView.of(value));
    }

    @Property(tries = 200)
    void wrongLengthIsRefusedWithTheTypesName(@ForAll @Size(max = 40) byte[] bytes) {
        for (Serde<?> serde : List.of(Serdes.int64(), Serdes.int32(), Serdes.float64(), Serdes.uuid(), Serdes.bool())) {
            try {
                serde.read(BytesView.of(bytes));
            } catch (SerdeException e) {
                assertThat(e.getMessage()).contains(serde.name());
            }
        }
        assertThatThrownBy(() -> Serdes.int64().read(BytesView.of(new byte[9])))
                .hasMessageContaining("int64")
                .hasMessageContaining("8 bytes");
    }

    private static <T> byte[] bytesOf(Serde<T> serde, T value) {
        BytesWriter out = new BytesWriter();
        serde.write(value, out);
        return out.toByteArray();
    }

    /** Read at an offset, as from a batch, so that a serde that ignores the view's bounds is noticed. */
    private static <T> T throughBytes(Serde<T> serde, T value) {
        BytesWriter out = new BytesWriter();
        out.putInt(0x7A7A7A7A);
        serde.write(value, out);
        out.putInt(0x7A7A7A7A);
        return serde.read(new BytesView().wrap(out.array(), 4, out.length() - 8));
    }
}
