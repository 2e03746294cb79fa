package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.platform.World;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.coordinator.ProducerIdentity;
import io.millrace.transactions.coordinator.TransactionCoordinator;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A thread stands still between the enlistment of a partition and its first batch there, for longer than the partition remembers a producer. Its
 * transaction timed out long ago, and nothing tells the batch from a first one.
 */
class FrozenProducerTest {
    private static final TopicPartition PARTITION = new TopicPartition("a", 0);
    private static final String ID = "writer";

    private final SimulatedWorld world = new SimulatedWorld(1);
    private final LogEngine engine;
    private final TransactionCoordinator coordinator;

    FrozenProducerTest() {
        World real = world.world();
        EmbeddedLogConfig config = EmbeddedLogConfig.defaults();
        engine = LogEngine.open(real, config);
        coordinator = TransactionCoordinator.open(
                real.clock(),
                real.ticker(),
                config.durability(),
                PartitionJournal.open(engine),
                new EngineParticipants(engine));
        engine.admin().createTopic("a", 1, TopicSettings.defaults());
    }

    private void append(ProducerIdentity producer, String value) {
        BatchBuilder batch = new BatchBuilder(1 << 8);
        batch.begin(producer.producerId(), producer.epoch(), true);
        batch.append(0, null, BytesView.ofUtf8(value), List.of());
        engine.writer().append(engine.partition(PARTITION), batch, 0);
    }

    @Test
    void whatItWritesIsNeverSeenIsListedAndCanBeAborted() {
        ProducerIdentity frozen = coordinator.initialize(ID, 60_000);
        coordinator.enlist(ID, frozen, List.of(PARTITION));
        assertThat(coordinator.abort(ID)).isTrue();
        expireProducers();

        append(frozen, "late");

        assertThat(coordinator.end(ID, frozen, true).outcome()).isEqualTo(TransactionOutcome.FENCED);
        assertThat(coordinator.findHanging(Duration.ZERO))
                .extracting(HangingTransaction::state)
                .containsExactly(HangingTransaction.ORPHANED);
        assertThat(coordinator.abortOrphaned(PARTITION, frozen.producerId())).isTrue();
        assertThat(coordinator.findHanging(Duration.ZERO)).isEmpty();
        ProducerIdentity next = coordinator.initialize(ID, 60_000);
        coordinator.enlist(ID, next, List.of(PARTITION));
        append(next, "next");
        assertThat(coordinator.end(ID, next, true).outcome()).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(Logs.committed(engine, PARTITION)).containsExactly("next");
    }

    /** Idle time counts from the first look after the last batch. */
    private void expireProducers() {
        PartitionLog log = engine.partition(PARTITION);
        for (int look = 0; look < 2; look++) {
            log.cleaning()
                    .expireProducers(world.clock().millis(), Duration.ofDays(1).toMillis());
            world.clock().advance(Duration.ofDays(2));
        }
        log.cleaning()
                .expireProducers(world.clock().millis(), Duration.ofDays(1).toMillis());
    }
}
