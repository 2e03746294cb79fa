package io.millrace.examples.bank.audit;

import io.millrace.dsl.RecordSource;
import io.millrace.examples.bank.BankPipeline;
import io.millrace.examples.bank.InputLine;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The audit of a bank that has nothing left to do. */
public final class Audit {
    private Audit() {}

    /**
     * Reads everything and compares it with the input.
     *
     * @param input opens the same input that the bank was given, from its beginning
     */
    public static Findings of(History history, Supplier<? extends RecordSource<InputLine>> input) {
        Tally tally = new Tally();
        boolean hasTransfers;
        try (RecordSource<InputLine> source = fromStart(input)) {
            hasTransfers = InputCheck.run(history, source, tally);
        }
        LegTable legs = new LegTable();
        for (int p = 0; p < history.partitions(BankPipeline.ORDERS.name()); p++) {
            checkPartition(history, p, tally, legs);
        }
        tally.creditsInFlight = legs.due();
        tally.missing += legs.due();
        tally.duplicates += legs.undue();
        return Findings.of(tally, hasTransfers ? OptionalLong.empty() : mismatches(history, input));
    }

    /**
     * How many orders stand before the given offsets.
     *
     * @param offsets by partition
     */
    public static long ordersBefore(History history, List<Long> offsets) {
        long before = 0;
        for (int p = 0; p < offsets.size(); p++) {
            if (offsets.get(p) == 0) {
                continue;
            }
            try (History.Records orders = history.open(BankPipeline.ORDERS.name(), p)) {
                while (orders.next() && orders.offset() < offsets.get(p)) {
                    before++;
                }
            }
        }
        return before;
    }

    private static void checkPartition(History history, int partition, Tally tally, LegTable legs) {
        try (History.Records orders = history.open(BankPipeline.ORDERS.name(), partition);
                History.Records results = history.open(BankPipeline.RESULTS.name(), partition);
                History.Records balances = history.open(BankPipeline.BALANCES.name(), partition)) {
            PartitionCheck check = new PartitionCheck(tally, legs, orders.sizeHint());
            check.readOrders(orders);
            check.readResults(results);
            check.readBalances(balances);
            check.finish();
        }
    }

    private static OptionalLong mismatches(History history, Supplier<? extends RecordSource<InputLine>> input) {
        try (RecordSource<InputLine> source = fromStart(input)) {
            return OptionalLong.of(SequentialCheck.run(history, source));
        }
    }

    private static RecordSource<InputLine> fromStart(Supplier<? extends RecordSource<InputLine>> input) {
        RecordSource<InputLine> source = input.get();
        source.seek(0);
        return source;
    }
}
