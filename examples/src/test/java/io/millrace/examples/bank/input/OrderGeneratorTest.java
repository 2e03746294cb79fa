package io.millrace.examples.bank.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.bank.OrderLine;
import io.millrace.examples.bank.OrderType;
import io.millrace.serde.BytesWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class OrderGeneratorTest {
    @Test
    void theOrdersOfASeedNeverChange() {
        BytesWriter out = new BytesWriter();
        for (OrderLine line : orders(new GeneratorSettings(20_000, 1_000, 20, 42))) {
            OrderCsv.write(line.account(), line.order(), out);
        }
        CRC32C checksum = new CRC32C();
        checksum.update(out.array(), 0, out.length());
        assertThat(checksum.getValue()).isEqualTo(GOLDEN);
    }

    private static final long GOLDEN = 523_267_038L;

    @Test
    void anotherSeedGivesOtherOrders() {
        assertThat(orders(new GeneratorSettings(100, 10, 20, 1)))
                .isNotEqualTo(orders(new GeneratorSettings(100, 10, 20, 2)));
    }

    @Test
    void accountsAreOpenedFirstAndOnce() {
        List<OrderLine> orders = orders(new GeneratorSettings(10_000, 100, 20, 7));
        for (int i = 0; i < 100; i++) {
            assertThat(orders.get(i).account()).isEqualTo(i + 1);
            assertThat(orders.get(i).order().type()).isEqualTo(OrderType.OPEN);
        }
    }

    @Test
    void fewOrdersOpenFewAccounts() {
        List<OrderLine> orders = orders(new GeneratorSettings(10, 100_000, 20, 7));
        assertThat(orders.subList(0, 5)).allMatch(line -> line.order().type() == OrderType.OPEN);
        assertThat(orders(new GeneratorSettings(1, 100_000, 20, 7))).hasSize(1);
        assertThat(orders(new GeneratorSettings(0, 100_000, 20, 7))).isEmpty();
    }

    @Test
    void theShareOfTransfersIsWhatWasAskedFor() {
        assertThat(types(0)).doesNotContainKey(OrderType.TRANSFER);
        assertThat(types(20).get(OrderType.TRANSFER)).isBetween(19_000, 21_000);
        assertThat(types(100).get(OrderType.TRANSFER)).isGreaterThan(98_000);
    }

    @Test
    void someAccountsAreFarBusierThanOthers() {
        Map<Long, Integer> perAccount = new HashMap<>();
        for (OrderLine line : orders(new GeneratorSettings(110_000, 10_000, 20, 5))) {
            perAccount.merge(line.account(), 1, Integer::sum);
        }
        assertThat(perAccount.get(1L)).isGreaterThan(5_000);
        assertThat(perAccount.get(9_000L)).isLessThan(20);
    }

    @Test
    void someOrdersAreOddInEveryWay() {
        GeneratorSettings settings = new GeneratorSettings(200_000, 1_000, 20, 3);
        Map<Long, Integer> ids = new HashMap<>();
        int unknown = 0;
        int unknownDestination = 0;
        int invalid = 0;
        int reopened = 0;
        for (OrderLine line : orders(settings)) {
            ids.merge(line.order().orderId(), 1, Integer::sum);
            unknown += line.account() > 1_000 ? 1 : 0;
            unknownDestination += line.order().toAccount() > 1_000 ? 1 : 0;
            invalid += line.order().amount() < line.order().type().leastAmount() ? 1 : 0;
            reopened += line.order().type() == OrderType.OPEN ? 1 : 0;
        }
        assertThat(ids.values()).anyMatch(count -> count > 1);
        assertThat(unknown).isBetween(50, 500);
        assertThat(unknownDestination).isBetween(200, 800);
        assertThat(invalid).isBetween(50, 500);
        assertThat(reopened).isGreaterThan(1_050);
    }

    @Test
    void theSourceGoesOnFromAnyPosition() {
        OrderGenerator generator = new OrderGenerator(new GeneratorSettings(1_000, 50, 20, 9));
        GeneratedSource source = new GeneratedSource(generator);
        source.seek(990);
        for (long i = 990; i < 1_000; i++) {
            assertThat(source.isFinished()).isFalse();
            assertThat(source.next()).isEqualTo(generator.order(i));
            assertThat(source.position()).isEqualTo(i + 1);
        }
        assertThat(source.isFinished()).isTrue();
        assertThat(source.next()).isNull();
    }

    @Property(tries = 100)
    void ranksStayInTheirRange(
            @ForAll @LongRange(min = 1, max = GeneratorSettings.MOST_ACCOUNTS) long ranks, @ForAll long bits) {
        ZipfRanks zipf = new ZipfRanks(ranks);
        assertThat(zipf.rank(bits)).isBetween(0L, ranks - 1);
        assertThat(zipf.rank(-1)).isBetween(0L, ranks - 1);
        assertThat(zipf.rank(0)).isZero();
    }

    @Property(tries = 50)
    void everyLineOfTheCsvIsTheOrderItself(@ForAll long seed, @ForAll @IntRange(min = 0, max = 100) int transfers) {
        OrderCsv csv = new OrderCsv();
        for (OrderLine line : orders(new GeneratorSettings(200, 20, transfers, seed))) {
            BytesWriter out = new BytesWriter();
            OrderCsv.write(line.account(), line.order(), out);
            byte[] text = new String(out.toByteArray(), StandardCharsets.UTF_8)
                    .strip()
                    .getBytes(StandardCharsets.UTF_8);
            assertThat(csv.parse(text, 0, text.length, 1)).isEqualTo(line);
        }
    }

    private static Map<OrderType, Integer> types(int transfers) {
        Map<OrderType, Integer> types = new EnumMap<>(OrderType.class);
        for (OrderLine line : orders(new GeneratorSettings(100_010, 10, transfers, 11))) {
            types.merge(line.order().type(), 1, Integer::sum);
        }
        return types;
    }

    private static List<OrderLine> orders(GeneratorSettings settings) {
        OrderGenerator generator = new OrderGenerator(settings);
        List<OrderLine> lines = new ArrayList<>();
        for (long i = 0; i < settings.orders(); i++) {
            lines.add(generator.order(i));
        }
        return lines;
    }
}
