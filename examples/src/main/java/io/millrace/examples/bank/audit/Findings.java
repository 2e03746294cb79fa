package io.millrace.examples.bank.audit;

import io.millrace.examples.bank.Status;
import java.math.BigInteger;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What an audit found.
 *
 * @param orders records of {@code orders}
 * @param results records of {@code results}, of both legs
 * @param byStatus how many of them have each status
 * @param deadLetters records of {@code orders.dead-letters}
 */
public record Findings(
        long orders, long results, Map<Status, Long> byStatus, long deadLetters, Money money, Faults faults) {
    /**
     * Sums in cents.
     *
     * @param in of applied OPEN and DEPOSIT
     * @param out of applied WITHDRAW
     * @param balances the newest of each account in {@code balances}
     * @param lastBalances the last {@code balance_after} of each account in {@code results}
     */
    public record Money(BigInteger in, BigInteger out, BigInteger balances, BigInteger lastBalances) {
        boolean isConserved() {
            BigInteger kept = in.subtract(out);
            return kept.equals(balances) && kept.equals(lastBalances);
        }
    }

    /**
     * What must be zero.
     *
     * @param missing input lines without a record, orders without a result, applied transfers without a second leg
     * @param duplicates records without an input line, results without an order, second legs without a transfer
     * @param outOfOrder first-leg results that stand before one of an earlier order of the account
     * @param creditsInFlight applied transfers that were neither credited nor refunded
     * @param balanceErrors balances that do not follow from what happened
     * @param mismatches results and balances that a sequential program computes differently; empty if they depend on more than the input
     */
    public record Faults(
            long missing,
            long duplicates,
            long outOfOrder,
            long creditsInFlight,
            long balanceErrors,
            OptionalLong mismatches) {
        boolean areNone() {
            return missing == 0
                    && duplicates == 0
                    && outOfOrder == 0
                    && creditsInFlight == 0
                    && balanceErrors == 0
                    && mismatches.orElse(0) == 0;
        }
    }

    public Findings {
        byStatus = Collections.unmodifiableMap(new EnumMap<>(byStatus));
    }

    static Findings of(Tally tally, OptionalLong mismatches) {
        Map<Status, Long> byStatus = new EnumMap<>(Status.class);
        for (Status status : Status.values()) {
            byStatus.put(status, tally.byStatus[status.ordinal()]);
        }
        Money money = new Money(
                tally.moneyIn.toBigInteger(),
                tally.moneyOut.toBigInteger(),
                tally.balances.toBigInteger(),
                tally.lastBalances.toBigInteger());
        Faults faults = new Faults(
                tally.missing,
                tally.duplicates,
                tally.outOfOrder,
                tally.creditsInFlight,
                tally.balanceErrors,
                mismatches);
        return new Findings(tally.orders, tally.results, byStatus, tally.deadLetters, money, faults);
    }

    public long count(Status status) {
        return byStatus.getOrDefault(status, 0L);
    }

    public long rejected() {
        long sum = 0;
        for (Status status : Status.values()) {
            sum += status.isRejection() ? count(status) : 0;
        }
        return sum;
    }

    /** No money appeared or vanished, over all and per account. */
    public boolean isConserved() {
        return money.isConserved() && faults.balanceErrors == 0;
    }

    public boolean passed() {
        return isConserved() && faults.areNone();
    }
}
