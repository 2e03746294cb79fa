package io.millrace.log.embedded.retention;

import io.millrace.log.Durability;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/**
 * Interleaved producers, empty transactions, transactions over segment rolls, aborts by timeout, restarts in the middle, retention and
 * compaction, all in one sequence: after each step the last stable offset and what readers skip is what a scan of the batches says.
 */
class TransactionsUnderCleaningProperties {
    enum Action {
        PUT,
        PUT_IN_TRANSACTION,
        COMMIT,
        ABORT,
        TIME_OUT,
        FORCE,
        CHECKPOINT,
        ROLL,
        CLEAN,
        REOPEN,
        KILL,
        POWER_CUT
    }

    record Step(Action action, long producerId, int amount) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Action> actions = Arbitraries.frequencyOf(
                Tuple.of(14, Arbitraries.of(Action.PUT, Action.PUT_IN_TRANSACTION, Action.PUT_IN_TRANSACTION)),
                Tuple.of(7, Arbitraries.of(Action.COMMIT, Action.ABORT)),
                Tuple.of(3, Arbitraries.of(Action.TIME_OUT)),
                Tuple.of(5, Arbitraries.of(Action.FORCE, Action.CHECKPOINT, Action.CHECKPOINT)),
                Tuple.of(2, Arbitraries.of(Action.ROLL)),
                Tuple.of(12, Arbitraries.of(Action.CLEAN)),
                Tuple.of(2, Arbitraries.of(Action.REOPEN, Action.KILL, Action.POWER_CUT)));
        return Combinators.combine(
                        actions,
                        Arbitraries.longs().between(0, 3),
                        Arbitraries.integers().between(0, 400))
                .as(Step::new)
                .list()
                .ofMinSize(60)
                .ofMaxSize(120);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void stableOffsetAndAbortedIndexSayWhatTheBatchesSay(
            @ForAll("steps") List<Step> steps,
            @ForAll long seed,
            @ForAll Durability durability,
            @ForAll("segmentBytes") int segmentBytes) {
        try (CleanedTransactions log = new CleanedTransactions(new SimulatedWorld(seed), durability, segmentBytes)) {
            for (Step step : steps) {
                run(log, step);
                log.check(step.amount());
            }
            log.reopen();
            log.check(steps.size());
            Statistics.label("compacted").collect(log.compacted() > 0);
            Statistics.label("deleted").collect(log.log().view().logStartOffset() > 0);
            Statistics.label("timed out").collect(log.timedOut() > 0);
            Statistics.label("empty").collect(log.empty() > 0);
        }
    }

    @Provide
    Arbitrary<Integer> segmentBytes() {
        return Arbitraries.integers().between(60, 800);
    }

    private static void run(CleanedTransactions log, Step step) {
        switch (step.action()) {
            case PUT -> log.put(step.producerId(), false, step.amount() % 5);
            case PUT_IN_TRANSACTION -> log.put(step.producerId(), true, step.amount() % 5);
            case COMMIT -> log.end(step.producerId(), true);
            case ABORT -> log.end(step.producerId(), false);
            case TIME_OUT -> log.timeOut(step.amount());
            case FORCE -> log.force();
            case CHECKPOINT -> log.checkpoint();
            case ROLL -> log.roll();
            case CLEAN -> log.clean(1 + step.amount() % 6);
            case REOPEN -> log.reopen();
            case KILL -> log.crash(CrashMode.PROCESS);
            case POWER_CUT -> log.crash(CrashMode.POWER);
        }
    }
}
