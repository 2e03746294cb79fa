package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Header;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerConfig.Acks;
import io.millrace.log.ProducerConfig.LagPolicy;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.RecordMetadata;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A producer's options where time passes, disks fill up and power fails; all of it simulated. */
class ProducerOptionsTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final ProducerConfig DEFAULTS = ProducerConfig.defaults();
    private static final EmbeddedLogConfig SMALL_BATCHES =
            EmbeddedLogConfig.defaults().withProducerBatchBytes(100);

    private SimulatedWorld world = new SimulatedWorld(17);
    private LogEngine engine;

    /** What the log adds does not count, and a character is as many bytes as it takes. */
    @Test
    void aRecordMayBeAsLargeAsItsTopicSaysByItsKeyValueAndHeaders() {
        open(EmbeddedLogConfig.defaults());
        engine.admin().alterTopic("orders", TopicSettings.defaults().withMaxRecordBytes(10));
        try (LogProducer producer = engine.producer()) {
            List<Header> headers = List.of(new Header("\u20ac", BytesView.ofUtf8("1")));
            producer.send(ORDERS, 1, BytesView.ofUtf8("key"), BytesView.ofUtf8("val"), headers);
            assertThatThrownBy(
                            () -> producer.send(ORDERS, 1, BytesView.ofUtf8("key"), BytesView.ofUtf8("valu"), headers))
                    .isInstanceOf(LogException.class)
                    .hasMessageStartingWith("A record of 11 bytes is larger than topic orders takes (10)");
        }
    }

    @Test
    void recordsThatLingerShareABatchAndWaitNoLonger() {
        open(EmbeddedLogConfig.defaults());
        LogProducer producer = engine.producer(DEFAULTS.withLinger(Duration.ofMillis(20)));
        CompletableFuture<RecordMetadata> first = send(producer, "a");
        world.runFor(Duration.ofMillis(15));
        CompletableFuture<RecordMetadata> second = send(producer, "b");
        world.runUntilIdle();
        assertThat(first).isNotDone();
        world.runFor(Duration.ofMillis(6));
        assertThat(first.join().offset()).isZero();
        assertThat(second.join().offset()).isEqualTo(1);

        CompletableFuture<RecordMetadata> third = send(producer, "c");
        world.runFor(Duration.ofMillis(10));
        assertThat(third).isNotDone();
        producer.flush();
        assertThat(third).isDone();
        producer.close();
        engine.close();
    }

    @Test
    void batchesThatAreToBeSmallerThanAnyHoldARecordEach() {
        open(EmbeddedLogConfig.defaults().withProducerBatchBytes(1));
        LogProducer producer = engine.producer(DEFAULTS.withMaxBlock(Duration.ZERO));
        CompletableFuture<RecordMetadata> first = send(producer, "a");
        CompletableFuture<RecordMetadata> second = send(producer, "b");
        producer.send(ORDERS, 1, null, view("c"), List.of());
        producer.close();
        assertThat(List.of(first.join().offset(), second.join().offset())).containsExactly(0L, 1L);
        assertThat(values()).containsExactly("a", "b", "c");
    }

    @Test
    void recordsWithoutKeySpreadEvenlyWhereEachIsWaitedFor() {
        open(EmbeddedLogConfig.defaults());
        engine.admin().createTopic("even", 4, TopicSettings.defaults());
        LogProducer producer = engine.producer();
        for (int i = 0; i < 100; i++) {
            CompletableFuture<RecordMetadata> sent =
                    producer.send(ProducerRecord.of("even", null, view("v"))).toCompletableFuture();
            world.runUntilIdle();
            sent.join();
        }
        for (int p = 0; p < 4; p++) {
            assertThat(engine.admin().endOffset(new TopicPartition("even", p), Isolation.READ_COMMITTED))
                    .isEqualTo(25);
        }
        producer.close();
        engine.close();
    }

    @Test
    void recordsWithoutKeySpreadOverPartitionsThatAreAddedAndShareABatch() {
        open(EmbeddedLogConfig.defaults());
        engine.admin().createTopic("growing", 1, TopicSettings.defaults());
        LogProducer producer = engine.producer();
        for (int batch = 0; batch < 4; batch++) {
            producer.send(ProducerRecord.of("growing", null, view("v")));
            producer.send(ProducerRecord.of("growing", null, view("v")));
            producer.flush();
            engine.admin().addPartitions("growing", 3);
        }
        producer.close();
        List<Long> ends = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            ends.add(engine.admin().endOffset(new TopicPartition("growing", p), Isolation.READ_COMMITTED));
        }
        assertThat(ends).containsExactly(4L, 2L, 2L);
        engine.close();
    }

    @Test
    void whatLingersWhenTheLogClosesIsKept() {
        open(EmbeddedLogConfig.defaults());
        LogProducer producer = engine.producer(DEFAULTS.withLinger(Duration.ofHours(1)));
        CompletableFuture<RecordMetadata> sent = send(producer, "a");
        engine.close();
        assertThat(sent.join().offset()).isZero();
    }

    @Test
    void aFullDiskDelaysPromisesAndKeepsTheirOrder() {
        open(EmbeddedLogConfig.defaults());
        LogProducer producer = engine.producer(DEFAULTS);
        CompletableFuture<RecordMetadata> earlier = send(producer, "a");
        world.runUntilIdle();
        earlier.join();
        List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
        world.storage().limitCapacity(0);
        sent.add(send(producer, "b"));
        world.runFor(Duration.ofSeconds(1));
        assertThat(sent.get(0)).isNotDone();
        sent.add(send(producer, "c"));
        assertRetry(() -> producer.send(ORDERS, 1, null, view("too early"), List.of()));
        assertRetry(producer::flush);
        world.storage().limitCapacity(Long.MAX_VALUE);
        world.runFor(Duration.ofSeconds(1));
        producer.send(ORDERS, 1, null, view("d"), List.of());
        producer.close();

        assertThat(sent).extracting(future -> future.join().offset()).containsExactly(1L, 2L);
        assertThat(values()).containsExactly("a", "b", "c", "d");
        engine.close();
    }

    @Test
    void aPromiseFailsWhenItsDeliveryTakesTooLongAndTheNextOnesAreKept() {
        open(EmbeddedLogConfig.defaults());
        LogProducer producer = engine.producer(DEFAULTS.withDeliveryTimeout(Duration.ofMillis(150)));
        CompletableFuture<RecordMetadata> earlier = send(producer, "a");
        world.runUntilIdle();
        earlier.join();
        world.storage().limitCapacity(0);
        CompletableFuture<RecordMetadata> late = send(producer, "late");
        world.runFor(Duration.ofMillis(120));
        assertThat(late).isNotDone();
        world.runFor(Duration.ofMillis(120));
        assertThat(late).isCompletedExceptionally();
        world.storage().limitCapacity(Long.MAX_VALUE);
        CompletableFuture<RecordMetadata> next = send(producer, "next");
        producer.close();
        assertThat(next.join().offset()).isEqualTo(1);
        engine.close();
    }

    @Test
    void aProducerThatClosesOnAFullDiskFailsWhatItPromised() {
        open(EmbeddedLogConfig.defaults());
        LogProducer producer = engine.producer(DEFAULTS);
        CompletableFuture<RecordMetadata> earlier = send(producer, "a");
        producer.flush();
        earlier.join();
        world.storage().limitCapacity(0);
        CompletableFuture<RecordMetadata> sent = send(producer, "b");
        assertRetry(producer::close);
        assertThat(sent).isCompletedExceptionally();
    }

    @Test
    void aSendFailsWhenNoMemoryComesFreeInTimeAndTakesNothing() {
        open(SMALL_BATCHES);
        LogProducer producer = engine.producer(DEFAULTS.withMaxBlock(Duration.ofMillis(250)));
        CompletableFuture<RecordMetadata> earlier = send(producer, "a");
        world.runUntilIdle();
        earlier.join();
        world.storage().limitCapacity(0);
        List<CompletableFuture<RecordMetadata>> taken = new ArrayList<>();
        while (taken.size() < 10) {
            try {
                taken.add(send(producer, "a record of some thirty characters"));
            } catch (LogException e) {
                assertThat(e).hasMessageContaining("not taken");
                assertThat(e.disposition()).isEqualTo(Disposition.RETRY);
                break;
            }
        }
        assertThat(taken).hasSizeBetween(1, 3);
        world.storage().limitCapacity(Long.MAX_VALUE);
        world.runFor(Duration.ofSeconds(1));
        taken.add(send(producer, "again"));
        producer.close();
        assertThat(taken).allMatch(future -> future.isDone() && !future.isCompletedExceptionally());
        assertThat(values()).hasSize(taken.size() + 1).endsWith("again");
        engine.close();
    }

    @Test
    void aSendThatWaitsForMemoryGoesOnWhenTheDiskHasRoomAgain() {
        open(SMALL_BATCHES);
        LogProducer producer = engine.producer(DEFAULTS);
        CompletableFuture<RecordMetadata> earlier = send(producer, "a");
        producer.flush();
        earlier.join();
        world.storage().limitCapacity(0);
        long before = world.clock().nanos();
        world.scheduler()
                .start(
                        "cleaner",
                        now -> {
                            if (now - before > Duration.ofSeconds(3).toNanos()) {
                                world.storage().limitCapacity(Long.MAX_VALUE);
                            }
                            return 0;
                        },
                        Duration.ofMillis(500));
        List<CompletableFuture<RecordMetadata>> taken = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            taken.add(send(producer, "a record of some thirty characters"));
        }
        producer.close();
        assertThat(taken).allMatch(CompletableFuture::isDone);
        assertThat(values()).hasSize(11);
        assertThat(world.clock().nanos() - before)
                .isGreaterThan(Duration.ofSeconds(3).toNanos());
    }

    @Test
    void aBlockedSendGoesOnOnceTheGroupHasCommitted() {
        open(EmbeddedLogConfig.defaults());
        LogProducer producer = engine.producer(DEFAULTS.withLagPolicy(LagPolicy.block(0, "bank")));
        producer.send(ORDERS, 1, null, view("a"), List.of());
        producer.flush();
        long before = world.clock().nanos();
        world.scheduler()
                .start(
                        "reader",
                        now -> {
                            if (now - before > Duration.ofSeconds(3).toNanos()) {
                                engine.groups().commit(new GroupMetadata("bank", "", -1), Map.of(ORDERS, 1L));
                            }
                            return 0;
                        },
                        Duration.ofMillis(500));
        producer.send(ORDERS, 1, null, view("b"), List.of());

        assertThat(world.clock().nanos() - before)
                .isBetween(
                        Duration.ofSeconds(3).toNanos(), Duration.ofSeconds(5).toNanos());
        producer.close();
    }

    @Test
    void whatWasForcedSurvivesAPowerCutInALogThatNeedNot() {
        open(EmbeddedLogConfig.defaults().withDurability(Durability.PROCESS_CRASH));
        LogProducer producer = engine.producer(DEFAULTS.withAcks(Acks.FORCED));
        CompletableFuture<RecordMetadata> sent = send(producer, "kept");
        world.runUntilIdle();
        sent.join();
        producer.send(ORDERS, 1, null, view("flushed"), List.of());
        producer.flush();
        world = world.restart(CrashMode.POWER);
        engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults());

        assertThat(values()).containsExactly("kept", "flushed");
        engine.close();
    }

    @Test
    void whatWasWrittenSurvivesAKilledProcessAndCostsNoForce() {
        open(EmbeddedLogConfig.defaults().withDurability(Durability.POWER_LOSS));
        LogProducer producer = engine.producer(DEFAULTS.withAcks(Acks.WRITTEN));
        long end = engine.partition(ORDERS).view().highWatermark();
        CompletableFuture<RecordMetadata> sent = send(producer, "kept");
        world.runUntilIdle();
        sent.join();
        assertThat(engine.partition(ORDERS).view().highWatermark()).isEqualTo(end);
        world = world.restart(CrashMode.PROCESS);
        engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults());

        assertThat(engine.admin().endOffset(ORDERS, Isolation.READ_COMMITTED)).isEqualTo(1);
        engine.close();
    }

    private static void assertRetry(ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                .extracting(LogException::disposition)
                .isEqualTo(Disposition.RETRY);
    }

    private void open(EmbeddedLogConfig config) {
        engine = LogEngine.open(world.world(), config);
        engine.admin().createTopic("orders", 1, TopicSettings.defaults());
    }

    private static CompletableFuture<RecordMetadata> send(LogProducer producer, String value) {
        return producer.send(ProducerRecord.of("orders", null, view(value))).toCompletableFuture();
    }

    private List<String> values() {
        List<String> values = new ArrayList<>();
        try (LogConsumer consumer = engine.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(ORDERS));
            for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
                while (cursor.next()) {
                    values.add(cursor.record().value().toUtf8());
                }
            }
        }
        return values;
    }

    private static BytesView view(String text) {
        return BytesView.ofUtf8(text);
    }
}
