package io.millrace.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Bytes sort as values do, and come back; golden bytes of every encoding. */
class OrderedSerdesProperties {
    private static final Comparator<String> BY_CODE_POINT = (left, right) -> {
        int[] a = left.codePoints().toArray();
        int[] b = right.codePoints().toArray();
        return Arrays.compare(a, b);
    };

    @Property
    void numbersSort(@ForAll int a, @ForAll int b, @ForAll long c, @ForAll long d) {
        check(OrderedSerdes.int32(), a, b, Comparator.naturalOrder());
        check(OrderedSerdes.int64(), c, d, Comparator.naturalOrder());
    }

    @Property
    void doublesSortAlsoThoseThatAreNone(@ForAll("doubles") double a, @ForAll("doubles") double b) {
        check(OrderedSerdes.float64(), a, b, Comparator.naturalOrder());
    }

    @Property
    void textSortsByCodePoints(@ForAll("texts") String a, @ForAll("texts") String b) {
        check(OrderedSerdes.string(), a, b, BY_CODE_POINT);
    }

    /** Negative ones come last: their first bit is set. */
    @Property
    void whatDoesNotSortHasTheOrderOfItsBytes(@ForAll long a, @ForAll long b) {
        OrderedSerde<Long> serde = OrderedSerdes.inByteOrder(Serdes.int64());
        check(serde, a, b, Long::compareUnsigned);
        assertThat(serde.name()).isEqualTo("int64");
        assertThat(serde.fixedSize()).isEqualTo(Long.BYTES);
        // Who asks whether a type sorts is told so by its class alone.
        assertThat(Serdes.int64()).isNotInstanceOf(OrderedSerde.class);
        assertThat(OrderedSerdes.inByteOrder(OrderedSerdes.int64())).isSameAs(OrderedSerdes.int64());
        assertThat(OrderedSerdes.inByteOrder(Serdes.string()).name())
                .isEqualTo(Serdes.string().name());
    }

    @Property
    void uuidsSortAsTheirText(@ForAll long a, @ForAll long b, @ForAll long c, @ForAll long d) {
        check(OrderedSerdes.uuid(), new UUID(a, b), new UUID(c, d), Comparator.comparing(UUID::toString));
    }

    @Property
    void instantsSort(@ForAll("instants") Instant a, @ForAll("instants") Instant b) {
        check(OrderedSerdes.instant(), a, b, Comparator.naturalOrder());
    }

    @Property
    void pairsSortByTheirFirstThenByTheirSecond(
            @ForAll("texts") String a,
            @ForAll("texts") String b,
            @ForAll("texts") String c,
            @ForAll("texts") String d) {
        Comparator<Pair<String, String>> order = Comparator.<Pair<String, String>, String>comparing(
                        Pair::first, BY_CODE_POINT)
                .thenComparing(Pair::second, BY_CODE_POINT);
        check(OrderedSerdes.pair(OrderedSerdes.string(), OrderedSerdes.string()), Pair.of(a, b), Pair.of(c, d), order);
    }

    @Property
    void pairsOfPairsSort(
            @ForAll("texts") String a,
            @ForAll int b,
            @ForAll("texts") String c,
            @ForAll("texts") String d,
            @ForAll int e) {
        Comparator<Pair<String, Integer>> inner = Comparator.<Pair<String, Integer>, String>comparing(
                        Pair::first, BY_CODE_POINT)
                .thenComparing(Pair::second);
        Comparator<Pair<Pair<String, Integer>, String>> order =
                Comparator.<Pair<Pair<String, Integer>, String>, Pair<String, Integer>>comparing(Pair::first, inner)
                        .thenComparing(Pair::second, BY_CODE_POINT);
        PairSerde<Pair<String, Integer>, String> serde = OrderedSerdes.pair(
                OrderedSerdes.pair(OrderedSerdes.string(), OrderedSerdes.int32()), OrderedSerdes.string());
        check(serde, Pair.of(Pair.of(a, b), c), Pair.of(Pair.of(d, e), c), order);
        check(serde, Pair.of(Pair.of(a, b), c), Pair.of(Pair.of(a, e), d), order);
    }

    @Property
    void aPairBeginsWithItsFirstAlone(@ForAll("texts") String a, @ForAll("texts") String b, @ForAll("texts") String c) {
        PairSerde<String, String> serde = OrderedSerdes.pair(OrderedSerdes.string(), OrderedSerdes.string());
        BytesWriter prefix = new BytesWriter();
        serde.first(a).write(prefix);

        assertThat(startsWith(bytes(serde, Pair.of(a, c)), prefix.toByteArray()))
                .isTrue();
        assertThat(startsWith(bytes(serde, Pair.of(b, c)), prefix.toByteArray()))
                .isEqualTo(a.equals(b));
    }

    @Property
    void foreignBytesEndInASerdeExceptionOrAValue(@ForAll byte[] foreign) {
        PairSerde<String, Boolean> serde = OrderedSerdes.pair(OrderedSerdes.string(), OrderedSerdes.bool());
        try {
            Pair<String, Boolean> read = serde.read(BytesView.of(foreign));
            assertThat(bytes(serde, read)).isEqualTo(foreign);
        } catch (SerdeException expected) {
            assertThat(expected.getMessage()).isNotEmpty();
        }
    }

    @Example
    void theBytesAreThese() {
        assertThat(hex(OrderedSerdes.int32(), -1)).isEqualTo("7fffffff");
        assertThat(hex(OrderedSerdes.int32(), 1)).isEqualTo("80000001");
        assertThat(hex(OrderedSerdes.int64(), Long.MIN_VALUE)).isEqualTo("0000000000000000");
        assertThat(hex(OrderedSerdes.int64(), 5L)).isEqualTo("8000000000000005");
        assertThat(hex(OrderedSerdes.float64(), 1.0)).isEqualTo("bff0000000000000");
        assertThat(hex(OrderedSerdes.float64(), -1.0)).isEqualTo("400fffffffffffff");
        assertThat(hex(OrderedSerdes.bool(), true)).isEqualTo("01");
        assertThat(hex(OrderedSerdes.instant(), Instant.ofEpochSecond(-1, 2))).isEqualTo("7fffffffffffffff00000002");
        assertThat(hex(OrderedSerdes.uuid(), new UUID(1, 2))).isEqualTo("00000000000000010000000000000002");
        assertThat(hex(OrderedSerdes.string(), "é")).isEqualTo("c3a9");
        assertThat(hex(OrderedSerdes.bytes(), BytesView.ofUtf8("a"))).isEqualTo("61");
        assertThat(hex(OrderedSerdes.pair(OrderedSerdes.string(), OrderedSerdes.string()), Pair.of("a\0b", "c\0")))
                .isEqualTo("6100ff620000" + "6300");
        assertThat(hex(OrderedSerdes.pair(OrderedSerdes.int32(), OrderedSerdes.bool()), Pair.of(0, false)))
                .isEqualTo("8000000000");
    }

    @Example
    void aFirstValueWithoutAnEndIsRefused() {
        PairSerde<String, String> serde = OrderedSerdes.pair(OrderedSerdes.string(), OrderedSerdes.string());

        assertThatThrownBy(() -> serde.read(BytesView.ofUtf8("abc")))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("has no end");
        assertThatThrownBy(() -> serde.read(BytesView.of(new byte[] {1, 0, 7, 0, 0})))
                .isInstanceOf(SerdeException.class);
    }

    @Provide
    Arbitrary<Double> doubles() {
        return Arbitraries.oneOf(
                Arbitraries.doubles(),
                Arbitraries.of(
                        0.0,
                        -0.0,
                        Double.NaN,
                        Double.NEGATIVE_INFINITY,
                        Double.POSITIVE_INFINITY,
                        Double.MIN_VALUE,
                        -Double.MIN_VALUE));
    }

    /** Short, so that one is often the beginning of another. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("\0", "\1", "a", "b", "\u00ff", "\uffff", "\ud83d\ude00")
                .list()
                .ofMaxSize(4)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<Instant> instants() {
        return Combinators.combine(
                        Arbitraries.longs().between(-3, 3),
                        Arbitraries.integers().between(0, 999_999_999))
                .as(Instant::ofEpochSecond);
    }

    private static <T> void check(OrderedSerde<T> serde, T a, T b, Comparator<? super T> order) {
        byte[] left = bytes(serde, a);
        byte[] right = bytes(serde, b);
        assertThat(serde.read(BytesView.of(left))).isEqualTo(a);
        assertThat(Integer.signum(BytesView.of(left).compareTo(BytesView.of(right))))
                .isEqualTo(Integer.signum(order.compare(a, b)));
        if (serde.fixedSize() != OrderedSerde.VARIABLE_SIZE) {
            assertThat(left).hasSize(serde.fixedSize());
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static <T> String hex(Serde<T> serde, T value) {
        return HexFormat.of().formatHex(bytes(serde, value));
    }

    private static <T> byte[] bytes(Serde<T> serde, T value) {
        BytesWriter out = new BytesWriter();
        serde.write(value, out);
        return out.toByteArray();
    }
}
