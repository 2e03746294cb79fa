package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RebalanceListener;
import io.millrace.log.RecordMetadata;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.system.ThreadScheduler;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever says "for ever", in one of the ways in which Java does, gets that and no overflow. */
class LongDurationsTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private final SimulatedWorld world = new SimulatedWorld(41);

    static List<Duration> forEver() {
        return List.of(
                ChronoUnit.FOREVER.getDuration(),
                Duration.ofMillis(Long.MAX_VALUE),
                Duration.ofNanos(Long.MAX_VALUE),
                Duration.ofDays(365 * 1000));
    }

    @ParameterizedTest
    @MethodSource("forEver")
    void aProducerThatLingersForEverWritesWithItsFlushOrWithAnotherOnesRecords(Duration forEver) {
        try (LogEngine engine = open(EmbeddedLogConfig.defaults());
                LogProducer patient = engine.producer(ProducerConfig.defaults()
                        .withLinger(forEver)
                        .withMaxBlock(forEver)
                        .withDeliveryTimeout(forEver));
                LogProducer quick = engine.producer(ProducerConfig.defaults().withLinger(Duration.ofMillis(5)))) {
            CompletableFuture<RecordMetadata> soon = send(quick);
            // The loop is late: what is due then is compared with what is as far away as can be.
            world.advance(Duration.ofMillis(6));
            CompletableFuture<RecordMetadata> waits = send(patient);
            world.runUntilIdle();
            assertThat(soon).as("it does not wait behind what is not due").isDone();
            world.runFor(Duration.ofHours(1));
            CompletableFuture<RecordMetadata> alsoWaits = send(patient);
            world.runFor(Duration.ofHours(1));
            assertThat(waits).isNotDone();
            patient.flush();
            assertThat(List.of(waits.join().offset(), alsoWaits.join().offset()))
                    .containsExactly(1L, 2L);
        }
    }

    @ParameterizedTest
    @MethodSource("forEver")
    void aMemberThatMayBeSilentForEverStaysAndWaitsForRecordsAsLong(Duration forEver) {
        try (LogEngine engine = open(EmbeddedLogConfig.defaults()
                        .withCheckpointInterval(forEver)
                        .withCleaningInterval(forEver));
                LogConsumer consumer = engine.consumer(ConsumerConfig.group("bank")
                        .withSessionTimeout(forEver)
                        .withMaxPollInterval(forEver)
                        .withAutoCommit(forEver))) {
            consumer.subscribe(Set.of("orders"), RebalanceListener.NONE);
            consumer.poll(Duration.ZERO);
            world.runFor(Duration.ofHours(3));
            assertThat(engine.admin().describeGroup("bank").orElseThrow().members())
                    .hasSize(1);
            try (LogProducer producer = engine.producer(ProducerConfig.defaults())) {
                assertThat(send(producer)).isNotCompletedExceptionally();
            }
            assertThat(consumer.poll(forEver)).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("forEver")
    void aLoopIsWaitedForAsLong(Duration forEver) {
        ThreadScheduler scheduler = new ThreadScheduler(System::nanoTime);
        var loop = scheduler.start("idle", now -> 0, forEver);
        loop.stop();
        assertThat(loop.awaitStopped(forEver)).isTrue();
    }

    @Test
    void aTopicsDurationThatNoTimestampReachesIsKept() {
        TopicSettings longest = TopicSettings.defaults().withSegmentAge(Duration.ofMillis(Long.MAX_VALUE));
        LogEngine engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
        engine.admin().createTopic("orders", 1, longest);
        engine.close();
        engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults());

        assertThat(engine.topic("orders").settings()).isEqualTo(longest);
        assertThatThrownBy(() -> TopicSettings.defaults().withSegmentAge(ChronoUnit.FOREVER.getDuration()))
                .isInstanceOf(IllegalArgumentException.class);
        engine.close();
    }

    private LogEngine open(EmbeddedLogConfig config) {
        LogEngine engine = LogEngine.open(world.world(), config);
        engine.admin().createTopic("orders", 1, TopicSettings.defaults());
        return engine;
    }

    private static CompletableFuture<RecordMetadata> send(LogProducer producer) {
        return producer.send(new ProducerRecord(
                        ORDERS.topic(), ORDERS.partition(), null, null, BytesView.ofUtf8("v"), List.of()))
                .toCompletableFuture();
    }
}
