package io.millrace.examples.bank;

import static io.millrace.examples.bank.OrderType.DEPOSIT;
import static io.millrace.examples.bank.OrderType.OPEN;
import static io.millrace.examples.bank.OrderType.TRANSFER;
import static io.millrace.examples.bank.OrderType.WITHDRAW;
import static io.millrace.examples.bank.Status.ALREADY_OPEN;
import static io.millrace.examples.bank.Status.APPLIED;
import static io.millrace.examples.bank.Status.DUPLICATE_ORDER;
import static io.millrace.examples.bank.Status.INSUFFICIENT_FUNDS;
import static io.millrace.examples.bank.Status.INVALID_AMOUNT;
import static io.millrace.examples.bank.Status.UNKNOWN_ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AccountRuleTest {
    private static final long MAX = Long.MAX_VALUE;
    private static final Account UNKNOWN = Account.NONE;
    private static final Account HUNDRED = new Account(true, 100, 0, 1, 1, OrderIds.of(1));
    /** 100 in hand, and all but 100 of what a balance can hold on its way. */
    private static final Account SENT_MUCH = new Account(true, 100, MAX - 200, 1, 1, OrderIds.of(1));

    static Stream<Arguments> table() {
        return Stream.of(
                Arguments.of(UNKNOWN, OPEN, 0L, APPLIED),
                Arguments.of(UNKNOWN, OPEN, MAX, APPLIED),
                Arguments.of(UNKNOWN, OPEN, -1L, INVALID_AMOUNT),
                Arguments.of(UNKNOWN, OPEN, Long.MIN_VALUE, INVALID_AMOUNT),
                Arguments.of(HUNDRED, OPEN, 5L, ALREADY_OPEN),
                Arguments.of(HUNDRED, OPEN, -5L, INVALID_AMOUNT),
                Arguments.of(UNKNOWN, DEPOSIT, 5L, UNKNOWN_ACCOUNT),
                Arguments.of(UNKNOWN, DEPOSIT, 0L, INVALID_AMOUNT),
                Arguments.of(HUNDRED, DEPOSIT, 1L, APPLIED),
                Arguments.of(HUNDRED, DEPOSIT, 0L, INVALID_AMOUNT),
                Arguments.of(HUNDRED, DEPOSIT, -1L, INVALID_AMOUNT),
                Arguments.of(HUNDRED, DEPOSIT, MAX - 100, APPLIED),
                Arguments.of(HUNDRED, DEPOSIT, MAX - 99, INVALID_AMOUNT),
                Arguments.of(SENT_MUCH, DEPOSIT, 100L, APPLIED),
                Arguments.of(SENT_MUCH, DEPOSIT, 101L, INVALID_AMOUNT),
                Arguments.of(UNKNOWN, WITHDRAW, 5L, UNKNOWN_ACCOUNT),
                Arguments.of(HUNDRED, WITHDRAW, 100L, APPLIED),
                Arguments.of(HUNDRED, WITHDRAW, 101L, INSUFFICIENT_FUNDS),
                Arguments.of(HUNDRED, WITHDRAW, MAX, INSUFFICIENT_FUNDS),
                Arguments.of(HUNDRED, WITHDRAW, 0L, INVALID_AMOUNT),
                Arguments.of(HUNDRED, WITHDRAW, -1L, INVALID_AMOUNT),
                Arguments.of(UNKNOWN, TRANSFER, 5L, UNKNOWN_ACCOUNT),
                Arguments.of(HUNDRED, TRANSFER, 100L, APPLIED),
                Arguments.of(HUNDRED, TRANSFER, 101L, INSUFFICIENT_FUNDS),
                Arguments.of(HUNDRED, TRANSFER, 0L, INVALID_AMOUNT),
                Arguments.of(SENT_MUCH, TRANSFER, 100L, APPLIED));
    }

    @ParameterizedTest
    @MethodSource("table")
    void anOrderIsJudgedByTheTable(Account account, OrderType type, long amount, Status expected) {
        assertThat(AccountRule.judge(account, new Order(7, type, amount, 0), false))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("table")
    void aDuplicateIsOneWhateverElseIsWrong(Account account, OrderType type, long amount, Status expected) {
        assertThat(AccountRule.judge(account, new Order(7, type, amount, 0), true))
                .isEqualTo(DUPLICATE_ORDER);
    }

    @Test
    void whatIsAppliedMovesTheMoney() {
        assertThat(AccountRule.apply(UNKNOWN, new Order(1, OPEN, 7, 0)).balance())
                .isEqualTo(7);
        assertThat(AccountRule.apply(HUNDRED, new Order(1, DEPOSIT, 7, 0)).balance())
                .isEqualTo(107);
        assertThat(AccountRule.apply(HUNDRED, new Order(1, WITHDRAW, 7, 0)).balance())
                .isEqualTo(93);
        Account sent = AccountRule.apply(HUNDRED, new Order(1, TRANSFER, 7, 2));
        assertThat(sent.balance()).isEqualTo(93);
        assertThat(sent.inFlight()).isEqualTo(7);
    }

    @Test
    void aCreditNeedsAnOpenAccountWithRoom() {
        assertThat(AccountRule.accepts(UNKNOWN, false, 1)).isFalse();
        assertThat(AccountRule.accepts(HUNDRED, false, MAX - 100)).isTrue();
        assertThat(AccountRule.accepts(HUNDRED, false, MAX - 99)).isFalse();
        assertThat(AccountRule.accepts(SENT_MUCH, false, 101)).isFalse();
    }

    @Test
    void aCreditFromTheAccountItselfAlwaysHasRoom() {
        Account full = new Account(true, 0, MAX, 1, 1, OrderIds.of(1));
        assertThat(AccountRule.accepts(full, true, MAX)).isTrue();
        assertThat(full.returned(MAX).balance()).isEqualTo(MAX);
        assertThat(full.returned(MAX).inFlight()).isZero();
    }
}
