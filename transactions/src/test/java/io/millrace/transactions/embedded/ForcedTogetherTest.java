package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.platform.LoopStep;
import io.millrace.platform.Scheduler;
import io.millrace.platform.StorageException;
import io.millrace.platform.Waiter;
import io.millrace.platform.World;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.coordinator.ProducerIdentity;
import io.millrace.transactions.coordinator.TransactionCoordinator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against power loss, the partitions of a transaction are forced at the same time, and each answers for itself. */
class ForcedTogetherTest {
    private static final String ID = "writer";
    private static final List<TopicPartition> PARTITIONS =
            IntStream.range(0, 3).mapToObj(i -> new TopicPartition("a", i)).toList();

    private final List<Integer> together = new ArrayList<>();
    private SimulatedWorld world = new SimulatedWorld(1);
    private LogEngine engine;
    private TransactionCoordinator coordinator;

    /** Notes how many tasks were to run together. */
    private final class Noting implements Scheduler {
        private final Scheduler scheduler;

        Noting(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public Loop start(String name, LoopStep step, Duration idle) {
            return scheduler.start(name, step, idle);
        }

        @Override
        public Waiter newWaiter() {
            return scheduler.newWaiter();
        }

        @Override
        public void runTogether(List<Runnable> tasks) {
            together.add(tasks.size());
            scheduler.runTogether(tasks);
        }
    }

    private void open(Durability durability) {
        World real = world.world();
        World noting =
                new World(real.storage(), real.clock(), real.ticker(), real.random(), new Noting(real.scheduler()));
        engine = LogEngine.open(noting, EmbeddedLogConfig.defaults().withDurability(durability));
        coordinator = TransactionCoordinator.open(
                real.clock(), real.ticker(), durability, PartitionJournal.open(engine), new EngineParticipants(engine));
    }

    private ProducerIdentity openWithTopic(Durability durability) {
        open(durability);
        engine.admin().createTopic("a", PARTITIONS.size(), TopicSettings.defaults());
        return coordinator.initialize(ID, 60_000);
    }

    private void write(ProducerIdentity producer, String value, List<TopicPartition> partitions) {
        coordinator.enlist(ID, producer, partitions);
        for (TopicPartition partition : partitions) {
            BatchBuilder batch = new BatchBuilder(1 << 8);
            batch.begin(producer.producerId(), producer.epoch(), true);
            batch.append(0, null, BytesView.ofUtf8(value), List.of());
            engine.writer().append(engine.partition(partition), batch, 0);
        }
    }

    private ProducerIdentity committed(ProducerIdentity producer, String value, List<TopicPartition> partitions) {
        write(producer, value, partitions);
        var end = coordinator.end(ID, producer, true);
        assertThat(end.outcome()).isEqualTo(TransactionOutcome.COMMITTED);
        return end.producer();
    }

    @Test
    void aCommitForcesItsPartitionsInOneRound() {
        ProducerIdentity producer = openWithTopic(Durability.POWER_LOSS);

        committed(producer, "1", PARTITIONS);

        assertThat(together).containsExactly(3);
    }

    @Test
    void theMarkersOfTheLastTransactionAreForcedInTheSameRound() {
        ProducerIdentity producer = openWithTopic(Durability.POWER_LOSS);
        ProducerIdentity next = committed(producer, "1", PARTITIONS.subList(0, 2));
        together.clear();

        committed(next, "2", PARTITIONS.subList(1, 3));

        assertThat(together).containsExactly(3);
    }

    @Test
    void aTransactionInOnePartitionAsksNoOtherThread() {
        ProducerIdentity producer = openWithTopic(Durability.POWER_LOSS);

        ProducerIdentity next = committed(producer, "1", PARTITIONS.subList(0, 1));
        committed(next, "2", PARTITIONS.subList(1, 2));

        assertThat(together).isEmpty();
    }

    @Test
    void withoutThePromiseNothingIsForced() {
        ProducerIdentity producer = openWithTopic(Durability.PROCESS_CRASH);

        committed(producer, "1", PARTITIONS);

        assertThat(together).isEmpty();
    }

    @Test
    void aForceThatFailsStopsItsPartitionAloneAndNothingIsDecided() {
        for (int skip = 0; skip < 3; skip++) {
            world = new SimulatedWorld(skip);
            ProducerIdentity producer = openWithTopic(Durability.POWER_LOSS);
            ProducerIdentity next = committed(producer, "1", PARTITIONS);
            write(next, "2", PARTITIONS);
            world.storage().failAfter(StorageOperation.FORCE, skip, StorageException.Kind.IO);

            LogException stopped = catchThrowableOfType(LogException.class, () -> coordinator.end(ID, next, true));

            assertThat(stopped.disposition()).isEqualTo(Disposition.STOP);
            assertThat(PARTITIONS.stream()
                            .filter(partition -> engine.partition(partition).hasFailed()))
                    .as("stopped by failure " + skip)
                    .hasSize(1);
            assertThat(PARTITIONS.stream()
                            .filter(partition -> engine.partition(partition).isForced()))
                    .as("forced in spite of failure " + skip)
                    .hasSize(2);
            world = world.restart(CrashMode.POWER);
            open(Durability.POWER_LOSS);
            for (TopicPartition partition : PARTITIONS) {
                assertThat(Logs.committed(engine, partition)).containsExactly("1");
            }
        }
    }
}
