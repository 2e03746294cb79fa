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
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** Any steps, with segments of a few batches, on any disk: readers of a compacted partition have the last committed value of each key. */
class CompactionProperties {
    enum Action {
        PUT,
        PUT_IN_TRANSACTION,
        TOMBSTONE,
        COMMIT,
        ABORT,
        WAIT,
        CHECKPOINT,
        ROLL,
        COMPACT,
        FOLLOW,
        REOPEN,
        KILL,
        POWER_CUT
    }

    record Step(Action action, long producerId, int amount) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Action> actions = Arbitraries.frequencyOf(
                Tuple.of(14, Arbitraries.of(Action.PUT, Action.PUT_IN_TRANSACTION, Action.PUT_IN_TRANSACTION)),
                Tuple.of(4, Arbitraries.of(Action.TOMBSTONE)),
                Tuple.of(7, Arbitraries.of(Action.COMMIT, Action.ABORT)),
                Tuple.of(4, Arbitraries.of(Action.CHECKPOINT)),
                Tuple.of(2, Arbitraries.of(Action.ROLL)),
                Tuple.of(5, Arbitraries.of(Action.COMPACT)),
                Tuple.of(5, Arbitraries.of(Action.FOLLOW)),
                Tuple.of(2, Arbitraries.of(Action.WAIT)),
                Tuple.of(2, Arbitraries.of(Action.REOPEN, Action.KILL, Action.POWER_CUT)));
        return Combinators.combine(
                        actions,
                        Arbitraries.longs().between(0, 3),
                        Arbitraries.integers().between(0, 60))
                .as(Step::new)
                .list()
                .ofMinSize(10)
                .ofMaxSize(90);
    }

    @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
    void readersHaveTheLastCommittedValueOfEachKey(
            @ForAll("steps") List<Step> steps,
            @ForAll long seed,
            @ForAll Durability durability,
            @ForAll("segmentBytes") int segmentBytes,
            @ForAll @IntRange(min = 1, max = 9) int mostKeys) {
        CompactedLog log = new CompactedLog(new SimulatedWorld(seed), durability, segmentBytes).withMostKeys(mostKeys);
        for (Step step : steps) {
            run(log, step);
            log.check();
        }
        log.reopen();
        log.checkpoint();
        log.compact(0);
        log.check();
        log.follow(Integer.MAX_VALUE);
        log.checkIndexes();
        Statistics.label("rounds").collect(Math.min(log.rounds(), 4));
    }

    @Provide
    Arbitrary<Integer> segmentBytes() {
        return Arbitraries.integers().between(60, 800);
    }

    private static void run(CompactedLog log, Step step) {
        String key = "k" + step.amount() % 5;
        switch (step.action()) {
            case PUT -> log.put(step.producerId(), false, key, false);
            case PUT_IN_TRANSACTION -> log.put(step.producerId(), true, key, false);
            case TOMBSTONE -> log.put(step.producerId(), step.amount() % 2 == 0, key, true);
            case COMMIT -> log.end(step.producerId(), true);
            case ABORT -> log.end(step.producerId(), false);
            case WAIT -> log.waitFor(step.amount() * 40);
            case CHECKPOINT -> log.checkpoint();
            case ROLL -> log.roll();
            case COMPACT -> log.compact(step.amount() % 3 == 0 ? 0 : step.amount());
            case FOLLOW -> log.follow(step.amount() % 8);
            case REOPEN -> log.reopen();
            case KILL -> log.crash(CrashMode.PROCESS);
            case POWER_CUT -> log.crash(CrashMode.POWER);
        }
    }
}
