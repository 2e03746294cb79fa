package io.millrace.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.examples.bank.RecentOrders.ChunkKey;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden bytes: what other programs read must not change by accident. */
class FormatsTest {
    static Stream<Arguments> golden() {
        return Stream.of(
                Arguments.of(
                        new OrderSerde(),
                        new Order(1, OrderType.TRANSFER, 1_000, 0x0102030405060708L),
                        "0000000000000001" + "03" + "00000000000003e8" + "0102030405060708"),
                Arguments.of(
                        new OrderSerde(),
                        new Order(-1, OrderType.OPEN, -2, 0),
                        "ffffffffffffffff" + "00" + "fffffffffffffffe" + "0000000000000000"),
                Arguments.of(
                        new OrderResultSerde(),
                        new OrderResult(258, Status.REFUNDED, 5, Long.MAX_VALUE),
                        "0000000000000102" + "07" + "0000000000000005" + "7fffffffffffffff"),
                Arguments.of(
                        new CreditSerde(),
                        new Credit(Credit.Kind.SETTLED, 9, 7, 5),
                        "02" + "0000000000000009" + "0000000000000007" + "0000000000000005"),
                Arguments.of(
                        new AccountSerde(),
                        new Account(true, 4, 3, 27, 99, OrderIds.of(98, 99)),
                        "01" + "0000000000000004" + "0000000000000003" + "000000000000001b" + "0000000000000063"
                                + "0000000000000062" + "0000000000000063"),
                Arguments.of(new OrderIdsSerde(), OrderIds.of(1, -1), "0000000000000001ffffffffffffffff"),
                Arguments.of(new ChunkKeySerde(), new ChunkKey(3, 39), "000000000000000327"));
    }

    @ParameterizedTest
    @MethodSource("golden")
    <T> void bytesAreThoseOfTheTable(Serde<T> serde, T value, String hex) {
        assertThat(HexFormat.of().formatHex(bytes(serde, value))).isEqualTo(hex);
        assertThat(serde.read(view(hex))).isEqualTo(value);
    }

    @ParameterizedTest
    @MethodSource("golden")
    <T> void oneByteTooFewOrTooManyIsRefused(Serde<T> serde, T value, String hex) {
        assertThatThrownBy(() -> serde.read(view(hex.substring(2)))).isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> serde.read(view(hex + "00"))).isInstanceOf(SerdeException.class);
    }

    @Test
    void emptyValuesAreRefusedWhereAValueHasAtLeastOneByte() {
        for (Serde<?> serde : new Serde<?>[] {
            new OrderSerde(), new OrderResultSerde(), new CreditSerde(), new AccountSerde(), new ChunkKeySerde()
        }) {
            assertThatThrownBy(() -> serde.read(view(""))).isInstanceOf(SerdeException.class);
        }
    }

    @Test
    void numbersThatNameNothingAreRefused() {
        String eight = "0000000000000000";
        assertThatThrownBy(() -> new OrderSerde().read(view(eight + "04" + eight + eight)))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("type");
        assertThatThrownBy(() -> new OrderSerde().read(view(eight + "ff" + eight + eight)))
                .isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> new OrderResultSerde().read(view(eight + "08" + eight + eight)))
                .isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> new CreditSerde().read(view("03" + eight + eight + eight)))
                .isInstanceOf(SerdeException.class);
        assertThatThrownBy(() -> new ChunkKeySerde().read(view(eight + "28"))).isInstanceOf(SerdeException.class);
    }

    @Test
    void anAccountWhoseIdsDoNotFitItsOrderCountIsRefused() {
        Account broken = new Account(true, 0, 0, 3, 9, OrderIds.of(8, 9));
        BytesView bytes = BytesView.of(bytes(new AccountSerde(), broken));
        assertThatThrownBy(() -> new AccountSerde().read(bytes)).isInstanceOf(SerdeException.class);
    }

    private static <T> byte[] bytes(Serde<T> serde, T value) {
        BytesWriter out = new BytesWriter();
        serde.write(value, out);
        return out.toByteArray();
    }

    private static BytesView view(String hex) {
        return BytesView.of(HexFormat.of().parseHex(hex));
    }
}
