package io.millrace.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of plain types, to the last bit: they are in logs and stores. */
class SerdesTest {
    private static final HexFormat HEX = HexFormat.of();

    static Stream<Arguments> values() {
        return Stream.of(
                row(Serdes.int8(), Byte.MIN_VALUE, "80"),
                row(Serdes.int8(), (byte) 127, "7f"),
                row(Serdes.int16(), Short.MIN_VALUE, "8000"),
                row(Serdes.int16(), (short) -2, "fffe"),
                row(Serdes.int16(), (short) 258, "0102"),
                row(Serdes.int32(), Integer.MIN_VALUE, "80000000"),
                row(Serdes.int32(), 0x01020304, "01020304"),
                row(Serdes.int64(), Long.MIN_VALUE, "8000000000000000"),
                row(Serdes.int64(), 0x0102030405060708L, "0102030405060708"),
                row(Serdes.float32(), 1.5f, "3fc00000"),
                row(Serdes.float32(), -0.0f, "80000000"),
                row(Serdes.float32(), Float.NaN, "7fc00000"),
                row(Serdes.float64(), -1.5, "bff8000000000000"),
                row(Serdes.float64(), Double.NaN, "7ff8000000000000"),
                row(Serdes.bool(), true, "01"),
                row(Serdes.bool(), false, "00"),
                row(
                        Serdes.uuid(),
                        UUID.fromString("01020304-0506-0708-890a-0b0c0d0e0f10"),
                        "0102030405060708890a0b0c0d0e0f10"),
                row(Serdes.instant(), Instant.EPOCH, "800000000000000000000000"),
                row(Serdes.instant(), Instant.ofEpochSecond(-1, 999_999_999), "7fffffffffffffff3b9ac9ff"),
                row(Serdes.instant(), Instant.MIN, "7f8fe3101464140000000000"),
                row(Serdes.instant(), Instant.MAX, "80701cd2fa9578ff3b9ac9ff"),
                row(Serdes.string(), "", ""),
                row(Serdes.string(), "a\u00e9\u20ac\ud83d\ude00", "61c3a9e282acf09f9880"),
                row(Serdes.bytes(), BytesView.of(new byte[0]), ""),
                row(Serdes.bytes(), BytesView.of(new byte[] {-1, 0}), "ff00"),
                row(Serdes.list(Serdes.int8()), List.of(), "00"),
                row(Serdes.list(Serdes.string()), List.of("", "a"), "02000161"),
                row(Serdes.pair(Serdes.string(), Serdes.int8()), new Pair<>("ab", (byte) 3), "02616203"),
                row(Serdes.optional(Serdes.string()), Optional.empty(), "00"),
                row(Serdes.optional(Serdes.string()), Optional.of(""), "01"));
    }

    @Test
    void nullWithinAValueIsRefusedInWords() {
        BytesWriter out = new BytesWriter();
        assertThatThrownBy(() -> Serdes.list(Serdes.string()).write(Arrays.asList("a", null), out))
                .isInstanceOf(NullPointerException.class)
                .hasMessageStartingWith("An element of a list<utf8> is null");
        assertThatThrownBy(() -> Serdes.pair(Serdes.string(), Serdes.string()).write(new Pair<>("a", null), out))
                .isInstanceOf(NullPointerException.class)
                .hasMessageStartingWith("The second value of a pair");
        assertThatThrownBy(() -> OrderedSerdes.pair(OrderedSerdes.string(), OrderedSerdes.string())
                        .write(new Pair<>(null, "a"), out))
                .isInstanceOf(NullPointerException.class)
                .hasMessageStartingWith("The first value of a pair");
    }

    private static <T> Arguments row(Serde<T> serde, T value, String hex) {
        return Arguments.of(serde, value, hex);
    }

    @ParameterizedTest(name = "{index}: {1} {2}")
    @MethodSource("values")
    <T> void aValueHasTheseBytesAndComesBackFromThem(Serde<T> serde, T value, String hex) {
        BytesWriter out = new BytesWriter();
        serde.write(value, out);
        assertThat(HEX.formatHex(out.toByteArray())).isEqualTo(hex);
        assertThat(serde.read(bytes(hex))).isEqualTo(value);
    }

    static Stream<Arguments> fixed() {
        return Stream.of(
                Arguments.of(Serdes.int8(), "int8", 1),
                Arguments.of(Serdes.int16(), "int16", 2),
                Arguments.of(Serdes.int32(), "int32", 4),
                Arguments.of(Serdes.int64(), "int64", 8),
                Arguments.of(Serdes.float32(), "float32", 4),
                Arguments.of(Serdes.float64(), "float64", 8),
                Arguments.of(Serdes.bool(), "bool", 1),
                Arguments.of(Serdes.uuid(), "uuid", 16),
                Arguments.of(Serdes.instant(), "instant", 12));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("fixed")
    void anotherNumberOfBytesIsRefused(Serde<?> serde, String name, int size) {
        assertThat(serde.name()).isEqualTo(name);
        for (int wrong : new int[] {0, size - 1, size + 1}) {
            assertThatThrownBy(() -> serde.read(BytesView.of(new byte[wrong])))
                    .isInstanceOf(SerdeException.class)
                    .hasMessageStartingWith("A value of type " + name + " has " + size + " bytes, got ");
        }
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(Serdes.bool(), "02", "A bool is 0 or 1"),
                Arguments.of(Serdes.bool(), "ff", "A bool is 0 or 1"),
                Arguments.of(Serdes.instant(), "80000000000000003b9aca00", "less than a second of nanoseconds"),
                Arguments.of(Serdes.instant(), "8000000000000000ffffffff", "less than a second of nanoseconds"),
                Arguments.of(Serdes.instant(), "80701cd2fa95790000000000", "within a billion years of 1970"),
                Arguments.of(Serdes.instant(), "7f8fe310146413ff00000000", "within a billion years of 1970"),
                Arguments.of(Serdes.string(), "c3", "Not UTF-8"),
                Arguments.of(Serdes.optional(Serdes.int8()), "", "An optional begins with 1, or is 0 alone"),
                Arguments.of(Serdes.optional(Serdes.int8()), "0001", "An optional begins with 1, or is 0 alone"),
                Arguments.of(Serdes.optional(Serdes.int8()), "02", "An optional begins with 1, or is 0 alone"),
                Arguments.of(Serdes.optional(Serdes.int8()), "01", "int8 has 1 bytes"),
                Arguments.of(Serdes.list(Serdes.string()), "0300", "A list of 3 elements is declared where 1 bytes"),
                Arguments.of(Serdes.list(Serdes.string()), "010000", "1 bytes are left over behind a list of 1"));
    }

    @ParameterizedTest(name = "{index}: {1} {2}")
    @MethodSource("refused")
    void bytesThatAreNoValueAreRefused(Serde<?> serde, String hex, String message) {
        assertThatThrownBy(() -> serde.read(bytes(hex)))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining(message);
    }

    @Test
    void otherNanHaveTheBytesOfNan() {
        BytesWriter out = new BytesWriter();
        Serdes.float32().write(Float.intBitsToFloat(0xFFC00001), out);
        Serdes.float64().write(Double.longBitsToDouble(0xFFF8000000000001L), out);
        assertThat(HEX.formatHex(out.toByteArray())).isEqualTo("7fc000007ff8000000000000");
    }

    @Test
    void aListThatWasReadCannotBeChanged() {
        List<String> read = Serdes.list(Serdes.string()).read(bytes("010161"));
        assertThatThrownBy(() -> read.add("b")).isInstanceOf(UnsupportedOperationException.class);
    }

    private static BytesView bytes(String hex) {
        return BytesView.of(HEX.parseHex(hex));
    }
}
