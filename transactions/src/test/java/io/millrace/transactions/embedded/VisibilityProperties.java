package io.millrace.transactions.embedded;

import io.millrace.log.Durability;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Two producers, a disk that fills up, fails and dies anywhere, between two markers too: after every change of the disk, each reader that sees
 * one part of a transaction sees all of it, its offsets included.
 */
class VisibilityProperties {
    @Property(tries = 250)
    void noReaderSeesAPartOfATransactionAtAnyInstant(
            @ForAll("ops") List<ObservedTransactions.Op> ops, @ForAll Durability durability) {
        ObservedTransactions run = new ObservedTransactions(durability);
        ops.forEach(run::perform);
        run.settle();
    }

    @Provide
    Arbitrary<List<ObservedTransactions.Op>> ops() {
        Arbitrary<ObservedTransactions.Kind> kinds = Arbitraries.frequency(
                Tuple.of(12, ObservedTransactions.Kind.WRITE),
                Tuple.of(8, ObservedTransactions.Kind.COMMIT),
                Tuple.of(2, ObservedTransactions.Kind.ABORT),
                Tuple.of(3, ObservedTransactions.Kind.FULL_SOON),
                Tuple.of(3, ObservedTransactions.Kind.SPACE),
                Tuple.of(1, ObservedTransactions.Kind.FAIL_SOON),
                Tuple.of(2, ObservedTransactions.Kind.CRASH_SOON),
                Tuple.of(1, ObservedTransactions.Kind.REOPEN),
                Tuple.of(2, ObservedTransactions.Kind.HOUSEKEEPING));
        return Combinators.combine(kinds, Arbitraries.integers().between(0, 1 << 20))
                .as(ObservedTransactions.Op::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(40);
    }
}
