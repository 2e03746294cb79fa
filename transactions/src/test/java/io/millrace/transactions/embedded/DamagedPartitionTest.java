package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A partition whose durable bytes are not what was written refuses to open; the others are used as before. */
class DamagedPartitionTest {
    private static final EmbeddedLogConfig SAFE = EmbeddedLogConfig.defaults().withDurability(Durability.POWER_LOSS);
    private static final TopicPartition BAD = new TopicPartition("orders", 0);
    private static final TopicPartition GOOD = new TopicPartition("orders", 1);

    @Test
    void oneDamagedPartitionKeepsTheOthersFromNothing() {
        SimulatedWorld world = new SimulatedWorld(3);
        EmbeddedLog log = EmbeddedLog.open(world.world(), SAFE);
        log.admin().createTopic("orders", 2, TopicSettings.defaults());
        commit(log, BAD, "lost");
        commit(log, GOOD, "kept");
        world.runFor(SAFE.checkpointInterval().multipliedBy(3));
        world.storage().rot("orders-0/00000000000000000000.log", 70, 1);
        world = world.restart(CrashMode.PROCESS);

        try (EmbeddedLog again = EmbeddedLog.open(world.world(), SAFE)) {
            assertThat(Logs.committed(again, GOOD)).containsExactly("kept");
            commit(again, GOOD, "more");
            assertThatThrownBy(() -> {
                        try (LogProducer producer = again.producer()) {
                            producer.send(BAD, 1, null, BytesView.ofUtf8("x"), List.of());
                        }
                    })
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("orders-0")
                    .hasMessageContaining("00000000000000000000.log")
                    .hasMessageContaining("position 0");
        }
        try (EmbeddedLog again = EmbeddedLog.open(world.world(), SAFE)) {
            assertThat(Logs.committed(again, GOOD)).containsExactly("kept", "more");
        }
    }

    /** The commit was decided, the process died before the markers, and one of the partitions rots. */
    @Test
    void aDecidedTransactionThatReachedADamagedPartitionHoldsUpNothingElse() {
        long calls = decide(new SimulatedWorld(3), Long.MAX_VALUE);
        int held = 0;
        for (long call = calls - 12; call < calls; call++) {
            SimulatedWorld world = new SimulatedWorld(3);
            decide(world, call);
            SimulatedWorld next = world.restart(CrashMode.PROCESS);
            next.storage().rot("orders-0/00000000000000000000.log", 70, 1);
            try (EmbeddedLog again = EmbeddedLog.open(next.world(), SAFE)) {
                assertThat(again.transactions().findHanging(Duration.ZERO).stream()
                                .flatMap(hanging -> hanging.partitions().stream()))
                        .as("crash in call " + call)
                        .isEmpty();
                held += staysWithItsId(again) ? 1 : 0;
                try (TransactionalProducer other =
                        again.transactionalProducer(TransactionalProducerConfig.of("other"))) {
                    other.begin();
                    Logs.send(other, GOOD, "other");
                    assertThat(other.commit()).isEqualTo(TransactionOutcome.COMMITTED);
                }
            }
        }
        assertThat(held).as("crashes between decision and markers").isPositive();
    }

    /** While a partition is damaged nobody knows the epochs in it, so an id may be given one a second time; it is never written there twice. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasOpenInADamagedPartitionIsAbortedOnceItCanBeRead(boolean cleanly) {
        SimulatedWorld world = new SimulatedWorld(3);
        EmbeddedLog log = EmbeddedLog.open(world.world(), SAFE);
        log.admin().createTopic("orders", 2, TopicSettings.defaults());
        commit(log, BAD, "before");
        world.runFor(SAFE.checkpointInterval().multipliedBy(3));
        TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"));
        producer.begin();
        Logs.send(producer, BAD, "decided by its marker");
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        producer.begin();
        Logs.send(producer, BAD, "open");
        producer.flush();
        world = world.restart(CrashMode.PROCESS);
        world.storage().rot("orders-0/00000000000000000000.log", 70, 1);
        log = EmbeddedLog.open(world.world(), SAFE);
        commit(log, GOOD, "meanwhile");
        if (cleanly) {
            log.close();
        }
        world = world.restart(CrashMode.PROCESS);
        world.storage().rot("orders-0/00000000000000000000.log", 70, 1);

        try (EmbeddedLog again = EmbeddedLog.open(world.world(), SAFE)) {
            assertThat(again.transactions().findHanging(Duration.ZERO)).isEmpty();
            commit(again, BAD, "after");
            assertThat(Logs.committed(again, BAD)).containsExactly("before", "decided by its marker", "after");
            assertThat(Logs.committed(again, GOOD)).containsExactly("meanwhile");
        }
    }

    @Test
    void aReadThatFailsIsAnErrorOfTheLogAndHidesNoTransaction() {
        SimulatedWorld world = new SimulatedWorld(3);
        EmbeddedLog log = EmbeddedLog.open(world.world(), SAFE);
        log.admin().createTopic("orders", 1, TopicSettings.defaults());
        TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"));
        producer.begin();
        Logs.send(producer, BAD, "open");
        producer.flush();
        world.storage().failAfter(StorageOperation.READ, 0, Kind.IO);

        assertThatThrownBy(() -> log.transactions().findHanging(Duration.ZERO))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("orders-0");
        assertThat(log.transactions().findHanging(Duration.ZERO)).hasSize(1);
        producer.close();
        log.close();
    }

    private static boolean staysWithItsId(EmbeddedLog log) {
        if (!log.transactions().describe("writer").orElseThrow().state().startsWith("Prepare")) {
            return false;
        }
        assertThat(Logs.committed(log, GOOD)).contains("decided");
        assertThatThrownBy(() -> log.transactionalProducer(TransactionalProducerConfig.of("writer")))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("decided and stands")
                .hasMessageContaining("repair the partition");
        return true;
    }

    /** @return how many calls of the storage it takes */
    private static long decide(SimulatedWorld world, long crashAt) {
        EmbeddedLog log = EmbeddedLog.open(world.world(), SAFE);
        log.admin().createTopic("orders", 2, TopicSettings.defaults());
        commit(log, BAD, "before");
        world.runFor(SAFE.checkpointInterval().multipliedBy(3));
        world.storage().crashAt(crashAt);
        try {
            TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"));
            producer.begin();
            Logs.send(producer, BAD, "decided");
            Logs.send(producer, GOOD, "decided");
            producer.commit();
        } catch (SimulatedCrash expected) {
            assertThat(world.storage().crashed()).isNotNull();
        }
        return world.storage().callCount();
    }

    private static void commit(EmbeddedLog log, TopicPartition partition, String value) {
        try (TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"))) {
            producer.begin();
            Logs.send(producer, partition, value);
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        }
    }
}
