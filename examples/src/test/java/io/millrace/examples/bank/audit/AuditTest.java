package io.millrace.examples.bank.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.RecordSource;
import io.millrace.examples.bank.BankPipeline;
import io.millrace.examples.bank.DeadLetter;
import io.millrace.examples.bank.InputLine;
import io.millrace.examples.bank.LedgerHarness;
import io.millrace.examples.bank.OrderResult;
import io.millrace.examples.bank.OrderResultSerde;
import io.millrace.examples.bank.Status;
import io.millrace.examples.bank.input.GeneratorSettings;
import io.millrace.examples.bank.input.OrderGenerator;
import io.millrace.serde.BytesView;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A good history passes; every kind of forgery is found. */
public class AuditTest {
    private static final int PARTITIONS = 3;
    private static final String ORDERS = BankPipeline.ORDERS.name();
    private static final String RESULTS = BankPipeline.RESULTS.name();
    private static final String BALANCES = BankPipeline.BALANCES.name();

    private final List<InputLine> input = input(20);
    private final MemoryHistory history = run(input);

    @Test
    void aGoodHistoryPassesWithAllItsCounts() {
        Findings findings = audit(history, input);
        assertThat(findings.passed()).isTrue();
        assertThat(findings.orders()).isEqualTo(5_000);
        assertThat(findings.deadLetters()).isEqualTo(1);
        long transfers = findings.count(Status.CREDITED) + findings.count(Status.REFUNDED);
        assertThat(findings.results()).isEqualTo(5_000 + transfers);
        assertThat(findings.count(Status.APPLIED) + findings.rejected()).isEqualTo(5_000);
        assertThat(findings.faults().mismatches()).isEmpty();
        for (Status status : Status.values()) {
            assertThat(findings.count(status)).as("%s", status).isPositive();
        }
    }

    @Test
    void withoutTransfersEveryResultIsComparedWithASequentialProgram() {
        List<InputLine> lines = input(0);
        Findings findings = audit(run(lines), lines);
        assertThat(findings.passed()).isTrue();
        assertThat(findings.faults().mismatches()).hasValue(0);
    }

    @Test
    void aResultThatASequentialProgramWouldNotGiveIsAMismatch() {
        List<InputLine> lines = input(0);
        MemoryHistory forged = run(lines);
        // Another reason for a rejection: money and order are in order, only the rule was broken.
        forgeResult(forged, r -> r.status() == Status.INSUFFICIENT_FUNDS, r -> with(r, Status.INVALID_AMOUNT));
        Findings findings = audit(forged, lines);
        assertThat(findings.faults().mismatches()).hasValue(1);
        assertThat(findings.passed()).isFalse();
    }

    @Test
    void whatWasProcessedBeforeIsCounted() {
        long first = history.partition(ORDERS, 0).size();
        assertThat(Audit.ordersBefore(history, List.of(0L, 0L, 0L))).isZero();
        assertThat(Audit.ordersBefore(history, List.of(7L, 0L, 11L))).isEqualTo(18);
        assertThat(Audit.ordersBefore(history, List.of(first, 1L, 0L))).isEqualTo(first + 1);
        assertThat(Audit.ordersBefore(history, List.of(first + 9, 0L, 0L))).isEqualTo(first);
    }

    @Test
    void whoWatchesIsToldAndCanEndIt() {
        List<Long> seen = new ArrayList<>();
        History watched = new WatchedHistory(history, seen::add);
        assertThat(Audit.of(watched, () -> RecordSource.of(input)).passed()).isTrue();
        assertThat(seen).isNotEmpty().isSorted();
        History ended = new WatchedHistory(history, read -> {
            throw new IllegalStateException("enough");
        });
        assertThatThrownBy(() -> Audit.of(ended, () -> RecordSource.of(input))).hasMessage("enough");
    }

    @Test
    void aMissingResultIsMissing() {
        results().remove(find(r -> r.status() == Status.INSUFFICIENT_FUNDS));
        Findings findings = audit(history, input);
        assertThat(findings.faults().missing()).isEqualTo(1);
        assertThat(findings.faults().outOfOrder()).isZero();
        assertThat(findings.passed()).isFalse();
    }

    @Test
    void aResultThatIsThereTwiceIsADuplicate() {
        int at = find(r -> r.status() == Status.INSUFFICIENT_FUNDS);
        results().add(at, results().get(at));
        Findings findings = audit(history, input);
        assertThat(findings.faults().duplicates()).isEqualTo(1);
        assertThat(findings.passed()).isFalse();
    }

    @Test
    void aResultWithoutAnOrderIsADuplicate() {
        int at = find(r -> r.status() == Status.INSUFFICIENT_FUNDS);
        results()
                .add(at, forged(results().get(at), r -> new OrderResult(-5, r.status(), r.amount(), r.balanceAfter())));
        assertThat(audit(history, input).faults().duplicates()).isEqualTo(1);
    }

    @Test
    void resultsInAnotherOrderThanTheOrdersAreOutOfOrder() {
        long account = 1;
        List<Integer> ofAccount = new ArrayList<>();
        List<MemoryHistory.Entry> results = history.partition(RESULTS, partitionOf(account));
        for (int i = 0; i < results.size(); i++) {
            if (BytesView.of(results.get(i).key()).getLong(0) == account
                    && read(results.get(i)).status().isRejection()) {
                ofAccount.add(i);
            }
        }
        Collections.swap(results, ofAccount.get(0), ofAccount.get(1));
        Findings findings = audit(history, input);
        assertThat(findings.faults().outOfOrder()).isPositive();
        assertThat(findings.faults().missing()).isZero();
        assertThat(findings.passed()).isFalse();
    }

    @Test
    void anAppliedTransferWithoutASecondLegIsInFlight() {
        results().remove(find(r -> r.status() == Status.CREDITED));
        Findings findings = audit(history, input);
        assertThat(findings.faults().creditsInFlight()).isEqualTo(1);
        assertThat(findings.faults().missing()).isEqualTo(1);
        assertThat(findings.isConserved()).isFalse();
    }

    @Test
    void aTransferThatIsCreditedTwiceIsADuplicateThoughAllBalancesAgree() {
        // The whole second leg twice, with balances that follow: conservation per account holds, the sum does not.
        int at = find(r -> r.status() == Status.CREDITED);
        results().add(at, results().get(at));
        Findings findings = audit(history, input);
        assertThat(findings.faults().duplicates()).isEqualTo(1);
        assertThat(findings.passed()).isFalse();
    }

    @Test
    void aRefundOfSomethingThatWasNeverSentIsADuplicate() {
        int at = find(r -> r.status() == Status.REFUNDED);
        results().add(at, results().get(at));
        assertThat(audit(history, input).faults().duplicates()).isEqualTo(1);
    }

    @Test
    void aTransferThatIsCreditedAndRefundedIsADuplicate() {
        MemoryHistory.Entry applied = results().get(find(r -> r.status() == Status.CREDITED));
        OrderResult credited = read(applied);
        for (int p = 0; p < PARTITIONS; p++) {
            List<MemoryHistory.Entry> results = history.partition(RESULTS, p);
            for (int i = 0; i < results.size(); i++) {
                OrderResult first = read(results.get(i));
                if (first.orderId() == credited.orderId() && first.status() == Status.APPLIED) {
                    results.add(i + 1, forged(results.get(i), r -> with(r, Status.REFUNDED)));
                    assertThat(audit(history, input).faults().duplicates()).isEqualTo(1);
                    return;
                }
            }
        }
        throw new AssertionError("There is no first leg");
    }

    @Test
    void aBalanceThatDoesNotFollowIsNotConserved() {
        forgeResult(
                history,
                r -> r.status() == Status.APPLIED,
                r -> new OrderResult(r.orderId(), r.status(), r.amount(), r.balanceAfter() + 1));
        Findings findings = audit(history, input);
        assertThat(findings.isConserved()).isFalse();
        assertThat(findings.passed()).isFalse();
    }

    @Test
    void twoPublishedBalancesThatAreWrongButCancelOutAreFound() {
        List<MemoryHistory.Entry> balances = history.partition(BALANCES, 0);
        // The last balance of two accounts, one cent from the one to the other.
        int last = balances.size() - 1;
        MemoryHistory.Entry a = balances.get(last);
        int other = last;
        while (BytesView.of(balances.get(other).key()).equals(BytesView.of(a.key()))) {
            other--;
        }
        MemoryHistory.Entry b = balances.get(other);
        balances.add(new MemoryHistory.Entry(a.key(), plus(a.value(), 1)));
        balances.add(new MemoryHistory.Entry(b.key(), plus(b.value(), -1)));
        Findings findings = audit(history, input);
        assertThat(findings.faults().balanceErrors()).isEqualTo(2);
        assertThat(findings.isConserved()).isFalse();
    }

    @Test
    void anOrderThatWasLoadedTwiceOrNotAtAllIsFound() {
        List<MemoryHistory.Entry> orders = history.partition(ORDERS, 1);
        MemoryHistory.Entry taken = orders.remove(100);
        assertThat(audit(history, input).faults().missing()).isPositive();
        orders.add(100, taken);
        orders.add(100, taken);
        assertThat(audit(history, input).faults().duplicates()).isPositive();
    }

    @Test
    void ordersThatWereLoadedInAnotherOrderAreFound() {
        Collections.swap(history.partition(ORDERS, 1), 100, 101);
        assertThat(audit(history, input).faults().outOfOrder()).isPositive();
    }

    @Test
    void aDeadLetterThatIsMissingOrAnotherIsFound() {
        String topic = BankPipeline.DEAD_LETTERS.name();
        MemoryHistory.Entry letter = history.partition(topic, 0).remove(0);
        assertThat(audit(history, input).faults().missing()).isEqualTo(1);
        history.partition(topic, 0).add(new MemoryHistory.Entry(letter.key(), new byte[] {'x'}));
        assertThat(audit(history, input).faults().outOfOrder()).isEqualTo(1);
    }

    @Test
    void aWideSumIsExact() {
        WideSum sum = new WideSum();
        BigInteger exact = BigInteger.ZERO;
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 10_000; i++) {
            long number = random.nextLong();
            sum.add(number);
            exact = exact.add(BigInteger.valueOf(number));
            assertThat(sum.toBigInteger()).isEqualTo(exact);
        }
    }

    /** Audits against an input that is a list. */
    public static Findings audit(History history, List<InputLine> input) {
        return Audit.of(history, () -> RecordSource.of(input));
    }

    private static List<InputLine> input(int transfers) {
        OrderGenerator generator = new OrderGenerator(new GeneratorSettings(5_000, 150, transfers, 4));
        List<InputLine> lines = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            lines.add(generator.order(i));
        }
        lines.add(1_000, new DeadLetter(1_002, "it is bad", BytesView.ofUtf8("bad"), 3));
        return lines;
    }

    private static MemoryHistory run(List<InputLine> lines) {
        LedgerHarness bank = new LedgerHarness(PARTITIONS);
        lines.forEach(bank::load);
        return bank.drain(new SplittableRandom(1)).history();
    }

    /** The results of partition 0. */
    private List<MemoryHistory.Entry> results() {
        return history.partition(RESULTS, 0);
    }

    private int find(Predicate<OrderResult> wanted) {
        return find(results(), wanted);
    }

    private static int find(List<MemoryHistory.Entry> results, Predicate<OrderResult> wanted) {
        // From the middle on, where accounts have a past.
        for (int i = 0; i < results.size(); i++) {
            int at = (i + results.size() / 2) % results.size();
            if (wanted.test(read(results.get(at)))) {
                return at;
            }
        }
        throw new AssertionError("There is no such result");
    }

    private static void forgeResult(
            MemoryHistory history, Predicate<OrderResult> wanted, UnaryOperator<OrderResult> forgery) {
        List<MemoryHistory.Entry> results = history.partition(RESULTS, 0);
        int at = find(results, wanted);
        results.set(at, forged(results.get(at), forgery));
    }

    private static MemoryHistory.Entry forged(MemoryHistory.Entry entry, UnaryOperator<OrderResult> forgery) {
        byte[] value = MemoryHistory.bytes(new OrderResultSerde(), forgery.apply(read(entry)));
        return new MemoryHistory.Entry(entry.key(), value);
    }

    private static OrderResult with(OrderResult result, Status status) {
        return new OrderResult(result.orderId(), status, result.amount(), result.balanceAfter());
    }

    private static OrderResult read(MemoryHistory.Entry entry) {
        return new OrderResultSerde().read(BytesView.of(entry.value()));
    }

    private static byte[] plus(byte[] value, long change) {
        return MemoryHistory.bytes(
                BankPipeline.BALANCES.valueSerde(), BytesView.of(value).getLong(0) + change);
    }

    private int partitionOf(long account) {
        try (Partitions partitions = Partitions.open(history, ORDERS)) {
            return partitions.partitionOf(account);
        }
    }
}
