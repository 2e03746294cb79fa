package io.millrace.examples.bank.audit;

import io.millrace.examples.bank.Status;

/** What the checks count while they run. Owned by one thread. */
final class Tally {
    long orders;
    long results;
    long deadLetters;
    final long[] byStatus = new long[Status.count()];

    final WideSum moneyIn = new WideSum();
    final WideSum moneyOut = new WideSum();
    final WideSum balances = new WideSum();
    final WideSum lastBalances = new WideSum();

    long missing;
    long duplicates;
    long outOfOrder;
    long creditsInFlight;
    /** Results whose balance does not follow from the one before, and accounts whose published balance is not their last result's. */
    long balanceErrors;
}
