package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
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

/** Any steps of an owner, interrupted anywhere by a follower, which is interrupted anywhere by the owner. */
class FollowedPartitionProperties {
    enum Action {
        PUT,
        PUT_IN_TRANSACTION,
        TOMBSTONE,
        COMMIT,
        ABORT,
        WAIT,
        CHECKPOINT,
        COMPACT,
        DELETE,
        DELETE_RECORDS,
        DROP,
        FULL_DISK,
        READ,
        LOOK,
        REOPEN,
        KILL,
        POWER_CUT
    }

    record Step(Action action, long producerId, int amount) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Action> actions = Arbitraries.frequencyOf(
                Tuple.of(14, Arbitraries.of(Action.PUT, Action.PUT_IN_TRANSACTION, Action.PUT_IN_TRANSACTION)),
                Tuple.of(2, Arbitraries.of(Action.TOMBSTONE)),
                Tuple.of(7, Arbitraries.of(Action.COMMIT, Action.ABORT)),
                Tuple.of(4, Arbitraries.of(Action.CHECKPOINT)),
                Tuple.of(6, Arbitraries.of(Action.COMPACT)),
                Tuple.of(6, Arbitraries.of(Action.DELETE, Action.DELETE_RECORDS, Action.DROP)),
                Tuple.of(4, Arbitraries.of(Action.READ, Action.LOOK)),
                Tuple.of(3, Arbitraries.of(Action.WAIT, Action.FULL_DISK)),
                Tuple.of(3, Arbitraries.of(Action.REOPEN, Action.KILL, Action.KILL, Action.POWER_CUT)));
        return Combinators.combine(
                        actions,
                        Arbitraries.longs().between(0, 3),
                        Arbitraries.integers().between(0, 60))
                .as(Step::new)
                .list()
                .ofMinSize(10)
                .ofMaxSize(45);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void aFollowerSeesAPrefixThatIsNoShorterThanWhatWasAcknowledged(
            @ForAll("steps") List<Step> steps,
            @ForAll long seed,
            @ForAll Durability durability,
            @ForAll boolean compacts,
            @ForAll("segmentBytes") int segmentBytes,
            @ForAll("files") int files) {
        OwnedAndFollowed log = new OwnedAndFollowed(seed, durability, compacts, segmentBytes, files);
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.action() == Action.KILL) {
                List<Step> next = steps.subList(Math.min(i + 1, steps.size()), Math.min(i + 4, steps.size()));
                log.killWithin(
                        step.amount(),
                        () -> next.stream()
                                .filter(each -> each.action() != Action.KILL && each.action() != Action.POWER_CUT)
                                .forEach(each -> run(log, each)));
            } else {
                run(log, step);
            }
            log.checkAgainstOwner();
        }
        log.check();
        log.checkQuietly();
        log.reopen();
        log.checkAgainstOwner();
        log.checkQuietly();
        assertThat(log.looks()).isGreaterThan(2);
        Statistics.label("looks").collect(log.looks() / 20);
        Statistics.label("told of damage").collect(log.damages());
    }

    @Provide
    Arbitrary<Integer> segmentBytes() {
        return Arbitraries.integers().between(60, 800);
    }

    @Provide
    Arbitrary<Integer> files() {
        return Arbitraries.of(1, 3, 500);
    }

    private static void run(OwnedAndFollowed log, Step step) {
        String key = "k" + step.amount() % 5;
        switch (step.action()) {
            case PUT -> log.put(step.producerId(), false, key, false);
            case PUT_IN_TRANSACTION -> log.put(step.producerId(), true, key, false);
            case TOMBSTONE -> log.put(step.producerId(), step.amount() % 2 == 0, key, true);
            case COMMIT -> log.end(step.producerId(), true);
            case ABORT -> log.end(step.producerId(), false);
            case WAIT -> log.waitFor(step.amount() * 40);
            case CHECKPOINT -> log.checkpoint();
            case COMPACT -> log.compact(step.amount());
            case DELETE -> log.deleteOldest(step.amount() % 4);
            case DELETE_RECORDS -> log.deleteRecords(step.amount() % 6);
            case DROP -> log.dropDeleted();
            case FULL_DISK -> log.putOnFullDisk(step.producerId(), key);
            case READ -> log.read(step.amount());
            case LOOK -> log.check();
            case REOPEN -> log.reopen();
            case POWER_CUT -> log.cutPower();
            case KILL -> throw new IllegalArgumentException("needs what comes next");
        }
    }
}
