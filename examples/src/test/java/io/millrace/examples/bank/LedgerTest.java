package io.millrace.examples.bank;

import static io.millrace.examples.bank.OrderType.DEPOSIT;
import static io.millrace.examples.bank.OrderType.OPEN;
import static io.millrace.examples.bank.OrderType.TRANSFER;
import static io.millrace.examples.bank.OrderType.WITHDRAW;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.bank.audit.AuditTest;
import io.millrace.examples.bank.audit.MemoryHistory;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final long MAX = Long.MAX_VALUE;

    private final LedgerHarness bank = new LedgerHarness(1);

    @Test
    void everyOrderIsAnsweredWithItsOwnAmountAndTheBalance() {
        enter(1, 10, OPEN, 100, 0);
        enter(1, 11, DEPOSIT, 50, 0);
        enter(1, 12, WITHDRAW, 151, 0);
        enter(1, 13, WITHDRAW, 150, 0);
        enter(1, 13, WITHDRAW, 150, 0);
        enter(2, 14, DEPOSIT, 5, 0);
        enter(1, 15, OPEN, 5, 0);
        enter(1, 16, DEPOSIT, -5, 0);
        assertThat(results())
                .containsExactly(
                        new OrderResult(10, Status.APPLIED, 100, 100),
                        new OrderResult(11, Status.APPLIED, 50, 150),
                        new OrderResult(12, Status.INSUFFICIENT_FUNDS, 151, 150),
                        new OrderResult(13, Status.APPLIED, 150, 0),
                        new OrderResult(13, Status.DUPLICATE_ORDER, 150, 0),
                        new OrderResult(14, Status.UNKNOWN_ACCOUNT, 5, 0),
                        new OrderResult(15, Status.ALREADY_OPEN, 5, 0),
                        new OrderResult(16, Status.INVALID_AMOUNT, -5, 0));
        assertThat(balances()).containsExactly("1=100", "1=150", "1=0");
    }

    @Test
    void theOrdersOfAnUnknownAccountAreRememberedToo() {
        enter(1, 10, DEPOSIT, 5, 0);
        enter(1, 11, OPEN, 100, 0);
        enter(1, 10, DEPOSIT, 5, 0);
        assertThat(statuses()).containsExactly(Status.UNKNOWN_ACCOUNT, Status.APPLIED, Status.DUPLICATE_ORDER);
    }

    @Test
    void aTransferMovesMoneyAndLeavesNothingInFlight() {
        enter(1, 10, OPEN, 100, 0);
        enter(2, 20, OPEN, 0, 0);
        enter(1, 11, TRANSFER, 60, 2);
        assertThat(results())
                .endsWith(new OrderResult(11, Status.APPLIED, 60, 40), new OrderResult(11, Status.CREDITED, 60, 60));
        assertThat(balances()).containsExactly("1=100", "2=0", "1=40", "2=60");
        assertThat(bank.account(1).inFlight()).isZero();
    }

    @Test
    void aTransferToNobodyComesBack() {
        enter(1, 10, OPEN, 100, 0);
        enter(1, 11, TRANSFER, 60, 9);
        assertThat(results())
                .endsWith(new OrderResult(11, Status.APPLIED, 60, 40), new OrderResult(11, Status.REFUNDED, 60, 100));
        assertThat(bank.account(1).inFlight()).isZero();
        assertThat(bank.account(9)).isNull();
    }

    @Test
    void aTransferThatWouldOverflowItsDestinationComesBack() {
        enter(1, 10, OPEN, 100, 0);
        enter(2, 20, OPEN, MAX - 59, 0);
        enter(1, 11, TRANSFER, 60, 2);
        enter(1, 12, TRANSFER, 59, 2);
        assertThat(statuses())
                .containsExactly(
                        Status.APPLIED,
                        Status.APPLIED,
                        Status.APPLIED,
                        Status.REFUNDED,
                        Status.APPLIED,
                        Status.CREDITED);
        assertThat(bank.account(2).balance()).isEqualTo(MAX);
    }

    @Test
    void aTransferToTheOwnAccountIsCreditedEvenToAFullOne() {
        enter(1, 10, OPEN, MAX, 0);
        enter(1, 11, TRANSFER, MAX, 1);
        assertThat(results())
                .endsWith(new OrderResult(11, Status.APPLIED, MAX, 0), new OrderResult(11, Status.CREDITED, MAX, MAX));
        assertThat(bank.account(1).inFlight()).isZero();
    }

    @Test
    void aDepositLeavesRoomForARefundThatIsUnderWay() {
        bank.load(new OrderLine(1, new Order(10, OPEN, MAX, 0)));
        bank.load(new OrderLine(1, new Order(11, TRANSFER, MAX, 9)));
        bank.load(new OrderLine(1, new Order(12, DEPOSIT, 1, 0)));
        bank.drain(new OrdersFirst());
        assertThat(results())
                .endsWith(
                        new OrderResult(12, Status.INVALID_AMOUNT, 1, 0),
                        new OrderResult(11, Status.REFUNDED, MAX, MAX));
    }

    @Test
    void theOrderIdOfACreditDoesNotMakeADuplicate() {
        enter(1, 10, OPEN, 100, 0);
        enter(2, 20, OPEN, 0, 0);
        enter(1, 77, TRANSFER, 60, 2);
        enter(2, 77, WITHDRAW, 60, 0);
        assertThat(statuses()).last().isEqualTo(Status.APPLIED);
    }

    /** Amounts near the limits and few accounts, so that refunds and refusals abound. */
    @Property(tries = 200)
    void noMoneyAppearsOrVanishesAndNothingOverflows(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int partitions) {
        SplittableRandom random = new SplittableRandom(seed);
        LedgerHarness harness = new LedgerHarness(partitions);
        List<InputLine> lines = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            long amount =
                    random.nextInt(4) == 0 ? MAX - random.nextInt(5) : random.nextLong(-2, 1L << random.nextInt(1, 63));
            OrderType type = OrderType.values()[random.nextInt(4)];
            Order order = new Order(random.nextInt(200), type, amount, type == TRANSFER ? random.nextInt(6) : 0);
            lines.add(new OrderLine(random.nextInt(5), order));
        }
        lines.forEach(harness::load);
        harness.drain(random);
        assertThat(AuditTest.audit(harness.history(), lines).passed()).isTrue();
    }

    private void enter(long account, long orderId, OrderType type, long amount, long to) {
        bank.load(new OrderLine(account, new Order(orderId, type, amount, to)));
        bank.drain(new SplittableRandom(0));
    }

    private List<Status> statuses() {
        return results().stream().map(OrderResult::status).toList();
    }

    private List<OrderResult> results() {
        return bank.history().partition(BankPipeline.RESULTS.name(), 0).stream()
                .map(entry -> new OrderResultSerde().read(BytesView.of(entry.value())))
                .toList();
    }

    private List<String> balances() {
        return bank.history().partition(BankPipeline.BALANCES.name(), 0).stream()
                .map(LedgerTest::describe)
                .toList();
    }

    private static String describe(MemoryHistory.Entry entry) {
        return BytesView.of(entry.key()).getLong(0) + "="
                + BytesView.of(entry.value()).getLong(0);
    }

    /** Lets every order go before any credit. */
    private static final class OrdersFirst implements RandomGenerator {
        @Override
        public long nextLong() {
            return -1;
        }

        @Override
        public int nextInt(int bound) {
            return 0;
        }
    }
}
