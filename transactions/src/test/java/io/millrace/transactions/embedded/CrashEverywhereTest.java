package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The process dies in every storage call of a few transactions, and of the recovery after it. */
class CrashEverywhereTest {
    private static final List<TopicPartition> OUTPUTS =
            List.of(new TopicPartition("a", 0), new TopicPartition("a", 1), new TopicPartition("b", 0));
    private static final TopicPartition INPUT = new TopicPartition("a", 0);
    private static final GroupMetadata GROUP = new GroupMetadata("readers", "", -1);
    private static final String ID = "writer";

    /** What the program knows of its transactions when the process dies. */
    private static final class Journal {
        final Map<String, List<TopicPartition>> begun = new TreeMap<>();
        final Map<String, TransactionOutcome> ended = new TreeMap<>();
        final List<String> askedToCommit = new ArrayList<>();
    }

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
                run(world, Durability.PROCESS_CRASH, new Journal());
            } catch (SimulatedCrash expected) {
                assertThat(world.storage().crashed()).isNotNull();
            }
            SimulatedWorld next = world.restart(CrashMode.POWER);
            EmbeddedLog log = open(next, Durability.PROCESS_CRASH);
            if (log.admin().describeTopic("b").isPresent()) {
                checkGoesOn(log, next, "seed " + seed);
            }
        }
    }

    private static long callsOfScenario(Durability durability) {
        SimulatedWorld world = new SimulatedWorld(0);
        Journal journal = new Journal();
        run(world, durability, journal);
        assertThat(journal.ended.values())
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
        Journal journal = new Journal();
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
                check(log, next, journal, "crash in call " + call + ", " + durability);
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
    private static void run(SimulatedWorld world, Durability durability, Journal journal) {
        EmbeddedLog log = open(world, durability);
        log.admin().createTopic("a", 2, TopicSettings.defaults());
        log.admin().createTopic("b", 1, TopicSettings.defaults());
        TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of(ID));
        TransactionalProducer other = log.transactionalProducer(TransactionalProducerConfig.of("other"));

        write(producer, journal, "1", OUTPUTS);
        producer.sendOffsets(Map.of(INPUT, 1L), GROUP);
        commit(producer, journal, "1");

        write(other, journal, "2", OUTPUTS.subList(0, 1));
        other.flush();
        write(producer, journal, "3", OUTPUTS);
        producer.flush();
        producer.sendOffsets(Map.of(INPUT, 3L), GROUP);
        world.runUntilIdle();
        journal.ended.put("3", producer.abort());
        commit(other, journal, "2");

        write(producer, journal, "4", OUTPUTS.subList(1, 3));
        producer.flush();
        write(other, journal, "5", OUTPUTS);
        producer.sendOffsets(Map.of(INPUT, 4L), GROUP);
        commit(producer, journal, "4");
        commit(other, journal, "5");
    }

    private static void write(
            TransactionalProducer producer, Journal journal, String name, List<TopicPartition> partitions) {
        producer.begin();
        journal.begun.put(name, partitions);
        partitions.forEach(partition -> Logs.send(producer, partition, name));
    }

    private static void commit(TransactionalProducer producer, Journal journal, String name) {
        journal.askedToCommit.add(name);
        journal.ended.put(name, producer.commit());
    }

    private static void check(EmbeddedLog log, SimulatedWorld world, Journal journal, String context) {
        boolean hasTopics = log.admin().describeTopic("b").isPresent();
        if (!hasTopics) {
            assertThat(journal.begun).as(context).isEmpty();
            return;
        }
        Map<TopicPartition, List<String>> visible = new TreeMap<>();
        OUTPUTS.forEach(partition -> visible.put(partition, Logs.committed(log, partition)));
        journal.begun.forEach((name, partitions) -> {
            List<TopicPartition> seen = OUTPUTS.stream()
                    .filter(partition -> visible.get(partition).contains(name))
                    .toList();
            TransactionOutcome outcome = journal.ended.get(name);
            if (outcome == TransactionOutcome.COMMITTED) {
                assertThat(seen).as("%s: committed %s", context, name).isEqualTo(partitions);
            } else if (outcome == TransactionOutcome.ABORTED || !journal.askedToCommit.contains(name)) {
                assertThat(seen).as("%s: not committed %s", context, name).isEmpty();
            } else if (!seen.isEmpty()) {
                assertThat(seen).as("%s: unknown %s", context, name).isEqualTo(partitions);
            }
        });
        OUTPUTS.forEach(
                partition -> assertThat(visible.get(partition)).as(context).doesNotHaveDuplicates());
        checkOffsets(log, visible, context);
        checkGoesOn(log, world, context);
    }

    /** The offset is that of the newest visible transaction that sent one. */
    private static void checkOffsets(EmbeddedLog log, Map<TopicPartition, List<String>> visible, String context) {
        List<String> inB = visible.get(OUTPUTS.get(2));
        Map<TopicPartition, Long> expected =
                inB.contains("4") ? Map.of(INPUT, 4L) : inB.contains("1") ? Map.of(INPUT, 1L) : Map.of();
        assertThat(log.admin().committedOffsets("readers")).as(context).isEqualTo(expected);
    }

    /** Nothing is left open, and a new owner of the id writes on. */
    private static void checkGoesOn(EmbeddedLog log, SimulatedWorld world, String context) {
        TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of(ID));
        producer.begin();
        OUTPUTS.forEach(partition -> Logs.send(producer, partition, "after"));
        assertThat(producer.commit()).as(context).isEqualTo(TransactionOutcome.COMMITTED);
        for (TopicPartition partition : OUTPUTS) {
            assertThat(Logs.committed(log, partition)).as(context).endsWith("after");
        }
        world.runFor(EmbeddedLogConfig.defaults().checkpointInterval().plus(Duration.ofSeconds(1)));
        for (TopicPartition partition : OUTPUTS) {
            assertThat(log.admin().endOffset(partition, Isolation.READ_COMMITTED))
                    .as(context)
                    .isEqualTo(log.admin().endOffset(partition, Isolation.READ_UNCOMMITTED));
        }
        producer.close();
        log.close();
    }
}
