package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Disposition;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.AppendResult;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.log.embedded.retention.Cleaner;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When an engine forgets producers, what it then takes from them, and that nothing else makes it forget one. */
class ProducerExpiryTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final Duration A_LOOK = Duration.ofMinutes(11);
    private static final long PRODUCER = 1_000_000;
    private static final short UNKNOWN = -1;

    private SimulatedWorld world = new SimulatedWorld(29);
    private LogEngine engine = open();

    /** As in Kafka: what is forgotten of a producer without transactions is no reason to refuse its next record. */
    @Test
    void aProducerThatWasIdleForDaysGoesOn() {
        create(TopicSettings.defaults());
        LogProducer producer = engine.producer(ProducerConfig.defaults());
        producer.send(ORDERS, 1, null, BytesView.ofUtf8("before"), List.of());
        producer.flush();
        idle(Cleaner.PRODUCER_EXPIRY.multipliedBy(2));
        producer.send(ORDERS, 1, null, BytesView.ofUtf8("after"), List.of());
        producer.close();

        assertThat(engine.admin().endOffset(ORDERS, Isolation.READ_COMMITTED)).isEqualTo(2);
    }

    @Test
    void aProducerIsForgottenADayAfterItsLastBatchAndNotBefore() {
        create(TopicSettings.defaults());
        append(0, false, 0);
        idle(Cleaner.PRODUCER_EXPIRY.minus(A_LOOK.multipliedBy(2)));
        assertThat(epochKnown()).isZero();
        append(0, false, 1);
        idle(Cleaner.PRODUCER_EXPIRY.minus(A_LOOK.multipliedBy(2)));
        assertThat(epochKnown()).as("its second batch was less than a day ago").isZero();
        world.runFor(A_LOOK.multipliedBy(4));

        assertThat(epochKnown()).isEqualTo(UNKNOWN);
    }

    /** Timestamps are the user's: years old, microseconds taken for milliseconds, or none. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1_700_000_000_000_000L, Long.MAX_VALUE})
    void theTimestampsOfItsRecordsNeitherShortenNorProlongAProducersTime(long timestamp) {
        create(TopicSettings.defaults());
        BatchBuilder batch = new BatchBuilder(100);
        batch.begin(PRODUCER, (short) 0, false);
        batch.append(timestamp, null, BytesView.ofUtf8("v"), List.of());
        partition().append(batch.finish(0), AppendOrigin.CLIENT);
        idle(Cleaner.PRODUCER_EXPIRY.minus(A_LOOK.multipliedBy(2)));
        assertThat(epochKnown()).isZero();
        world.runFor(A_LOOK.multipliedBy(4));

        assertThat(epochKnown()).isEqualTo(UNKNOWN);
    }

    @Test
    void aProducerWithAnOpenTransactionIsNeverForgottenAndItsMarkerBeginsItsTime() {
        create(TopicSettings.defaults());
        append(0, true, 0);
        idle(Cleaner.PRODUCER_EXPIRY.multipliedBy(30));
        assertThat(epochKnown()).isZero();
        assertThat(partition().view().lastStableOffset()).isZero();
        append(0, true, 1);
        partition().appendMarker(PRODUCER, (short) 1, true, 0);
        idle(Cleaner.PRODUCER_EXPIRY.minus(A_LOOK.multipliedBy(2)));
        assertThat(epochKnown()).isEqualTo((short) 1);
        world.runFor(A_LOOK.multipliedBy(4));

        assertThat(epochKnown()).isEqualTo(UNKNOWN);
        assertThat(partition().view().lastStableOffset()).isEqualTo(3);
    }

    @Test
    void aForgottenProducerBeginsATransactionAtSequenceZeroOnly() {
        create(TopicSettings.defaults());
        append(0, true, 0);
        partition().appendMarker(PRODUCER, (short) 1, true, 0);
        idle(Cleaner.PRODUCER_EXPIRY.multipliedBy(2));

        assertRefused(1, true, 1);
        assertThat(append(1, true, 0).baseOffset()).isEqualTo(2);
    }

    @Test
    void whereAForgottenProducerGoesOnItsSequencesCountAgain() {
        create(TopicSettings.defaults());
        append(0, false, 0);
        idle(Cleaner.PRODUCER_EXPIRY.multipliedBy(2));
        assertThat(append(0, false, 17).baseOffset()).isEqualTo(1);

        assertThat(append(0, false, 17)).isEqualTo(new AppendResult(1, 1, true));
        assertRefused(0, false, 19);
        assertThat(append(0, false, 18).baseOffset()).isEqualTo(2);
    }

    /** As in Kafka, what retention takes away is not forgotten; nor by a restart. */
    @ParameterizedTest
    @EnumSource(Restart.class)
    void aProducerIsKnownAfterRetentionTookAllItsRecords(Restart restart) {
        create(TopicSettings.defaults().withRetention(Optional.of(Duration.ofHours(1))));
        append(0, false, 0);
        append(0, false, 1);
        engine.partition(ORDERS).checkpoint();
        idle(Duration.ofHours(3));
        assertThat(engine.admin().logStartOffset(ORDERS)).isEqualTo(2);
        restart(restart);

        assertThat(append(0, false, 1)).isEqualTo(new AppendResult(1, 1, true));
        assertRefused(0, false, 3);
        assertThat(append(0, false, 2).baseOffset()).isEqualTo(2);
    }

    /** A batch that a power cut took is not known either: its sequence is accepted once more, and only that one. */
    @Test
    void aProducerIsKnownAsOfTheLastBatchThatARecoveryKept() {
        int taken = 0;
        for (int seed = 0; seed < 20; seed++) {
            world = new SimulatedWorld(seed);
            engine = open();
            create(TopicSettings.defaults());
            append(0, false, 0);
            partition().checkpoint();
            append(0, false, 1);
            restart(Restart.POWER_CUT);
            int last = (int) partition().view().logEndOffset() - 1;
            taken += 1 - last;

            assertThat(append(0, false, last)).isEqualTo(new AppendResult(last, last, true));
            assertRefused(0, false, last + 2);
            assertThat(append(0, false, last + 1)).isEqualTo(new AppendResult(last + 1, last + 1, false));
        }
        assertThat(taken).as("power cuts that took the second batch").isBetween(1, 19);
    }

    enum Restart {
        NONE,
        CLEAN,
        KILL,
        POWER_CUT
    }

    private void restart(Restart how) {
        switch (how) {
            case NONE -> {}
            case CLEAN -> {
                engine.close();
                engine = open();
            }
            case KILL -> {
                world = world.restart(CrashMode.PROCESS);
                engine = open();
            }
            case POWER_CUT -> {
                world = world.restart(CrashMode.POWER);
                engine = open();
            }
        }
    }

    private LogEngine open() {
        return LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
    }

    private void create(TopicSettings settings) {
        engine.admin().createTopic("orders", 1, settings);
    }

    /** Lets time pass in which the cleaner looks twice: when the producer was last seen, and when that was so long ago. */
    private void idle(Duration duration) {
        world.runFor(A_LOOK);
        world.advance(duration.minus(A_LOOK.multipliedBy(2)));
        world.runFor(A_LOOK);
    }

    private PartitionLog partition() {
        return engine.partition(ORDERS);
    }

    private short epochKnown() {
        short[] known = {-1};
        partition().forEachProducer((producerId, epoch) -> known[0] = producerId == PRODUCER ? epoch : known[0]);
        return known[0];
    }

    private AppendResult append(int epoch, boolean transactional, int sequence) {
        BatchBuilder batch = new BatchBuilder(100);
        batch.begin(PRODUCER, (short) epoch, transactional);
        batch.append(world.clock().millis(), null, BytesView.ofUtf8("v" + sequence), List.of());
        return partition().append(batch.finish(sequence), AppendOrigin.CLIENT);
    }

    private void assertRefused(int epoch, boolean transactional, int sequence) {
        long end = partition().view().logEndOffset();
        assertThatThrownBy(() -> append(epoch, transactional, sequence))
                .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                .extracting(LogException::disposition)
                .isEqualTo(transactional ? Disposition.ABORT_TRANSACTION : Disposition.RESTART_TASK);
        assertThat(partition().view().logEndOffset()).isEqualTo(end);
    }
}
