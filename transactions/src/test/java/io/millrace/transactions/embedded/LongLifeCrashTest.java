package io.millrace.transactions.embedded;

import static io.millrace.transactions.embedded.CrashJournal.ID;
import static io.millrace.transactions.embedded.CrashJournal.OUTPUTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The process dies in every storage call of what time and numbers do to an id, and of the recovery after it. */
class LongLifeCrashTest {
    /** Three transactions from the last. */
    private static final short LATE_EPOCH = Short.MAX_VALUE - 4;

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration A_FEW_STEPS_OF_HOUSEKEEPING = Duration.ofSeconds(3);
    private static final Duration UNTIL_AN_ID_IS_FORGOTTEN = Duration.ofDays(8);

    private interface Life {
        void live(SimulatedWorld world, EmbeddedLog log, CrashJournal journal);
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aTransactionThatTimesOutIsGoneAsAWholeAndTheNextOneIsThere(Durability durability) {
        crashEverywhere(durability, LongLifeCrashTest::timesOut);
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void transactionsAreThereAsAWholeOrNotAtAllWhileTheEpochsRunOut(Durability durability) {
        for (int ofOnePartition : new int[] {0, 1}) {
            crashEverywhere(durability, (world, log, journal) -> rotates(world, log, journal, ofOnePartition));
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void anIdIsForgottenAndComesBackAndNoTransactionOfItIsLost(Durability durability) {
        crashEverywhere(durability, LongLifeCrashTest::isForgotten);
    }

    private static void timesOut(SimulatedWorld world, EmbeddedLog log, CrashJournal journal) {
        TransactionalProducer silent =
                log.transactionalProducer(TransactionalProducerConfig.of(ID).withTransactionTimeout(TIMEOUT));
        TransactionalProducer other = log.transactionalProducer(TransactionalProducerConfig.of("other"));
        journal.write(other, "1", OUTPUTS.subList(1, 3));
        other.flush();
        journal.write(silent, "2", OUTPUTS);
        silent.flush();
        journal.sendOffset(silent, "2", 2);
        world.runFor(TIMEOUT.plus(A_FEW_STEPS_OF_HOUSEKEEPING));
        assertThat(log.transactions().describe(ID).orElseThrow().state()).isEqualTo("CompleteAbort");
        journal.commit(silent, "2");
        journal.commit(other, "1");

        TransactionalProducer next = log.transactionalProducer(TransactionalProducerConfig.of(ID));
        journal.write(next, "3", OUTPUTS);
        journal.sendOffset(next, "3", 3);
        journal.commit(next, "3");
        assertThat(journal.answers())
                .containsExactly(TransactionOutcome.COMMITTED, TransactionOutcome.FENCED, TransactionOutcome.COMMITTED);
    }

    /** @param ofOnePartition whether the transactions with an even or an odd number write to one partition only */
    private static void rotates(SimulatedWorld world, EmbeddedLog log, CrashJournal journal, int ofOnePartition) {
        TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of(ID));
        long producerId = log.transactions().describe(ID).orElseThrow().producerId();
        for (int number = 1; number <= 5; number++) {
            String name = "" + number;
            boolean isOfOne = number % 2 == ofOnePartition;
            journal.write(producer, name, isOfOne ? OUTPUTS.subList(0, 1) : OUTPUTS);
            if (!isOfOne) {
                journal.sendOffset(producer, name, number);
            }
            if (number == 4) {
                journal.abort(producer, name);
            } else {
                journal.commit(producer, name);
            }
            world.runUntilIdle();
        }
        assertThat(log.transactions().describe(ID).orElseThrow().producerId())
                .as("the epochs ran out")
                .isNotEqualTo(producerId);
        assertThat(journal.answers()).hasSize(5).doesNotContain(TransactionOutcome.RETRY, TransactionOutcome.FENCED);
    }

    private static void isForgotten(SimulatedWorld world, EmbeddedLog log, CrashJournal journal) {
        TransactionalProducer first = log.transactionalProducer(TransactionalProducerConfig.of(ID));
        journal.write(first, "1", OUTPUTS);
        journal.sendOffset(first, "1", 1);
        journal.commit(first, "1");
        first.close();
        world.advance(UNTIL_AN_ID_IS_FORGOTTEN);
        world.runFor(A_FEW_STEPS_OF_HOUSEKEEPING);
        assertThat(log.transactions().describe(ID)).isEmpty();

        TransactionalProducer second = log.transactionalProducer(TransactionalProducerConfig.of(ID));
        journal.write(second, "2", OUTPUTS.subList(0, 1));
        journal.commit(second, "2");
        journal.write(second, "3", OUTPUTS);
        journal.sendOffset(second, "3", 3);
        journal.abort(second, "3");
        assertThat(journal.answers())
                .containsExactly(
                        TransactionOutcome.COMMITTED, TransactionOutcome.COMMITTED, TransactionOutcome.ABORTED);
    }

    private static void crashEverywhere(Durability durability, Life life) {
        boolean crashed = true;
        int calls = 0;
        for (; crashed; calls++) {
            crashed = crashIn(calls, durability, life);
        }
        assertThat(calls).isGreaterThan(10);
    }

    /** @return false if the life was over before that call */
    private static boolean crashIn(int call, Durability durability, Life life) {
        SimulatedWorld world = withALateId(call, durability);
        CrashJournal journal = new CrashJournal();
        world.storage().crashAt(world.storage().callCount() + call);
        boolean crashed = false;
        try {
            EmbeddedLog log = open(world, durability);
            life.live(world, log, journal);
        } catch (SimulatedCrash expected) {
            crashed = true;
        }
        CrashMode mode = durability == Durability.POWER_LOSS ? CrashMode.POWER : CrashMode.PROCESS;
        SimulatedWorld next = world.restart(mode);
        // Recovery is interrupted as well, each time a little later, until it is too short to be.
        for (long interruption = 1L + call % 3; ; interruption += 5) {
            next.storage().crashAt(interruption);
            try {
                EmbeddedLog log = open(next, durability);
                next.storage().crashAt(Long.MAX_VALUE);
                journal.check(log, next, "crash in call " + call + ", " + durability);
                return crashed;
            } catch (SimulatedCrash expected) {
                next = next.restart(mode);
            }
        }
    }

    /**
     * A world with the topics and an id of which a partition knows an epoch next to the last: the marker of a transaction long ago, which the
     * next opening takes over.
     */
    private static SimulatedWorld withALateId(long seed, Durability durability) {
        SimulatedWorld world = new SimulatedWorld(seed);
        EmbeddedLog log = open(world, durability);
        TopicSettings kept = TopicSettings.defaults().withRetention(Optional.empty());
        log.admin().createTopic("a", 2, kept);
        log.admin().createTopic("b", 1, kept);
        log.transactionalProducer(TransactionalProducerConfig.of(ID)).close();
        long producerId = log.transactions().describe(ID).orElseThrow().producerId();
        log.close();
        LogEngine engine = LogEngine.open(world.world(), config(durability));
        engine.partition(OUTPUTS.get(0)).appendMarker(producerId, LATE_EPOCH, false, 0);
        engine.leaveUnclean();
        engine.close();
        return world;
    }

    private static EmbeddedLog open(SimulatedWorld world, Durability durability) {
        return EmbeddedLog.open(world.world(), config(durability));
    }

    private static EmbeddedLogConfig config(Durability durability) {
        return EmbeddedLogConfig.defaults().withDurability(durability);
    }
}
