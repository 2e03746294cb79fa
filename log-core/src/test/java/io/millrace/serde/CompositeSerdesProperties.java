package io.millrace.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class CompositeSerdesProperties {
    private static final Serde<List<Pair<String, Optional<Long>>>> NESTED =
            Serdes.list(Serdes.pair(Serdes.string(), Serdes.optional(Serdes.int64())));

    @Property(tries = 200)
    void whatIsNestedComesBack(@ForAll @Size(max = 5) List<String> texts, @ForAll long number) {
        List<Pair<String, Optional<Long>>> value = texts.stream()
                .map(text -> text.replaceAll("[\\ud800-\\udfff]", "?"))
                .map(text -> Pair.of(text, text.length() % 2 == 0 ? Optional.of(number) : Optional.<Long>empty()))
                .toList();

        assertThat(throughBytes(NESTED, value)).isEqualTo(value);
    }

    @Property(tries = 200)
    void smallNumbersAndTimesComeBack(@ForAll byte a, @ForAll short b, @ForAll float c, @ForAll int d) {
        assertThat(throughBytes(Serdes.int8(), a)).isEqualTo(a);
        assertThat(throughBytes(Serdes.int16(), b)).isEqualTo(b);
        assertThat(throughBytes(Serdes.float32(), c)).isEqualTo(c);
        Instant instant = Instant.ofEpochMilli(d);
        assertThat(throughBytes(Serdes.instant(), instant)).isEqualTo(instant);
    }

    @Property(tries = 1_000)
    void foreignBytesEndInASerdeExceptionOrAValue(@ForAll @Size(max = 24) byte[] bytes) {
        for (Serde<?> serde : List.of(NESTED, Serdes.optional(Serdes.bytes()), Serdes.instant(), Serdes.int16())) {
            try {
                assertThat(serde.read(BytesView.of(bytes))).isNotNull();
            } catch (SerdeException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    @Example
    void theBytesAreThese() {
        assertThat(hex(Serdes.int8(), (byte) -1)).isEqualTo("ff");
        assertThat(hex(Serdes.int16(), (short) 258)).isEqualTo("0102");
        assertThat(hex(Serdes.float32(), 1.0f)).isEqualTo("3f800000");
        assertThat(hex(Serdes.float64(), 1.0)).isEqualTo("3ff0000000000000");
        assertThat(hex(Serdes.instant(), Instant.EPOCH)).isEqualTo("800000000000000000000000");
        assertThat(hex(Serdes.optional(Serdes.int32()), Optional.empty())).isEqualTo("00");
        assertThat(hex(Serdes.optional(Serdes.int32()), Optional.of(2))).isEqualTo("0100000002");
        assertThat(hex(Serdes.pair(Serdes.string(), Serdes.string()), Pair.of("ab", "c")))
                .isEqualTo("02616263");
        assertThat(hex(Serdes.list(Serdes.string()), List.of("a", "", "bc"))).isEqualTo("03016100026263");
        assertThat(hex(Serdes.list(Serdes.bytes()), List.of(BytesView.of(new byte[200]))))
                .startsWith("01c80100");
    }

    @Example
    void namesSayWhatIsWithin() {
        assertThat(NESTED.name()).isEqualTo("list<pair<utf8,optional<int64>>>");
        assertThat(OrderedSerdes.pair(OrderedSerdes.string(), OrderedSerdes.int64())
                        .name())
                .isEqualTo("ordered-pair<utf8,ordered-int64>");
    }

    @Example
    void aLengthThatTheBytesCannotHoldIsRefusedBeforeAnythingIsMade() {
        assertThatThrownBy(() -> NESTED.read(BytesView.of(HexFormat.of().parseHex("ffffffff07"))))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("2147483647");
        assertThatThrownBy(() -> NESTED.read(BytesView.of(HexFormat.of().parseHex("ffffffff0f"))))
                .isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> Serdes.list(Serdes.bytes()).read(BytesView.of(new byte[] {0, 1})))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("left over");
    }

    private static <T> String hex(Serde<T> serde, T value) {
        BytesWriter out = new BytesWriter();
        serde.write(value, out);
        return HexFormat.of().formatHex(out.toByteArray());
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
