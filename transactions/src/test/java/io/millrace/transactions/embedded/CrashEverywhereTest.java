package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The process dies in every storage call of a few transactions, and of the recovery after it. */
class CrashEverywhereTest {
    private static final List<TopicPartition> OUTPUTS = CrashJournal.OUTPUTS;
    private static final TopicPartition INPUT = CrashJournal.INPUT;
    private static final String ID = CrashJournal.ID;

    @ParameterizedTest
    @EnumSource(Durability.class)
    void everyTransactionIsThereAsAWholeOrNotAtAll(Durability durability) {
        long calls = callsOfScenario(durability);
        assertThat(calls).isGreaterThan(40);
        for (long call = 0; call < calls; call++) {
            crashIn(call, durability);
        }
    }

    /** Its marker alone says so, until the journal learns of it. */
    @ParameterizedTest
    @EnumSource(Durability.class)
    void whatWasCommittedInOnePartitionIsNotListedAsAbortedAfterACrash(Durability durability) {
        SimulatedWorld world = new SimulatedWorld(1);
        EmbeddedLog log = open(world, durability);
        log.admin().createTopic("a", 1, TopicSettings.defaults());
        TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of(ID));
        producer.begin();
        Logs.send(producer, INPUT, "1");
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);

        EmbeddedLog next = open(
                world.restart(durability == Durability.POWER_LOSS ? CrashMode.POWER : CrashMode.PROCESS), durability);

        assertThat(Logs.committed(next, INPUT)).containsExactly("1");
        assertThat(next.transactions().describe(ID).orElseThrow().state()).isEqualTo("Empty");
        next.close();
    }

    /** Without that promise a power cut costs the last transactions, but never the next ones. */
    @Test
    void aPowerCutThatNothingWasPromisedAgainstLeavesALogThatGoesOn() {
        long calls = callsOfScenario(Durability.PROCESS_CRASH);
        for (long seed = 0; seed < 3 * calls; seed++) {
            SimulatedWorld world = new SimulatedWorld(seed);
            world.storage().crashAt(seed % calls);
            try {
                run(world, Durability.PROCESS_CRASH, new CrashJournal());
            } catch (SimulatedCrash expected) {
                assertThat(world.storage().crashed()).isNotNull();
            }
            SimulatedWorld next = world.restart(CrashMode.POWER);
            EmbeddedLog log = open(next, Durability.PROCESS_CRASH);
            if (log.admin().describeTopic("b").isPresent()) {
                CrashJournal.checkGoesOn(log, next, "seed " + seed);
            }
        }
    }

    private static long callsOfScenario(Durability durability) {
        SimulatedWorld world = new SimulatedWorld(0);
        CrashJournal journal = new CrashJournal();
        run(world, durability, journal);
        assertThat(journal.answers())
                .containsExactly(
                        TransactionOutcome.COMMITTED,
                        TransactionOutcome.COMMITTED,
                        TransactionOutcome.ABORTED,
                        TransactionOutcome.COMMITTED,
                        TransactionOutcome.COMMITTED);
        return world.storage().callCount();
    }

    private static void crashIn(long call, Durability durability) {
        SimulatedWorld world = new SimulatedWorld(call);
        world.storage().crashAt(call);
        CrashJournal journal = new CrashJournal();
        try {
            run(world, durability, journal);
        } catch (SimulatedCrash expected) {
            assertThat(world.storage().crashed()).isNotNull();
        }
        CrashMode mode = durability == Durability.POWER_LOSS ? CrashMode.POWER : CrashMode.PROCESS;
        SimulatedWorld next = world.restart(mode);
        // Recovery is interrupted as well, each time a little later, until it is too short to be.
        for (long interruption = 1; ; interruption += 3) {
            next.storage().crashAt(interruption);
            try {
                EmbeddedLog log = open(next, durability);
                next.storage().crashAt(Long.MAX_VALUE);
                journal.check(log, next, "crash in call " + call + ", " + durability);
                return;
            } catch (SimulatedCrash expected) {
                next = next.restart(mode);
            }
        }
    }

    private static EmbeddedLog open(SimulatedWorld world, Durability durability) {
        return EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults().withDurability(durability));
    }

    /** Three commits and an abort; two producers that overlap; offsets in some. */
    private static void run(SimulatedWorld world, Durability durability, CrashJournal journal) {
        EmbeddedLog log = open(world, durability);
        log.admin().createTopic("a", 2, TopicSettings.defaults());
        log.admin().createTopic("b", 1, TopicSettings.defaults());
        TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of(ID));
        TransactionalProducer other = log.transactionalProducer(TransactionalProducerConfig.of("other"));

        journal.write(producer, "1", OUTPUTS);
        journal.sendOffset(producer, "1", 0);
        journal.commit(producer, "1");

        journal.write(other, "2", OUTPUTS.subList(0, 1));
        other.flush();
        journal.write(producer, "3", OUTPUTS);
        producer.flush();
        journal.sendOffset(producer, "3", 3);
        world.runUntilIdle();
        journal.abort(producer, "3");
        journal.commit(other, "2");

        journal.write(producer, "4", OUTPUTS.subList(1, 3));
        producer.flush();
        journal.write(other, "5", OUTPUTS);
        journal.sendOffset(producer, "4", 4);
        journal.commit(producer, "4");
        journal.commit(other, "5");
    }
}
