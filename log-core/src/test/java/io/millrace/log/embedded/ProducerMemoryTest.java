package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.log.Disposition;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.RecordMetadata;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How much memory the batches of a producer hold, and what becomes of them where it is short. */
class ProducerMemoryTest {
    private static final ProducerConfig CONFIG = ProducerConfig.defaults().withMaxBlock(Duration.ZERO);
    private static final int KIB = 1024;

    private SimulatedWorld world = new SimulatedWorld(29);

    @Example
    void aRecordToEachOfManyPartitionsWritesNoneOfThem() {
        LogEngine engine = open(EmbeddedLogConfig.defaults(), 1000);
        LogProducer producer = engine.producer(CONFIG);
        for (int i = 0; i < 3000; i++) {
            producer.send(partition(i % 1000), 1, null, BytesView.of(new byte[100]), List.of());
        }
        assertThat(written(engine, 1000)).isZero();
        producer.flush();
        assertThat(written(engine, 1000)).isEqualTo(3000);
    }

    @Example
    void thePartitionThatHeldMemoryForLongestIsWrittenFirst() {
        LogEngine engine = open(EmbeddedLogConfig.defaults(), 4);
        LogProducer producer = engine.producer(CONFIG.withBufferBytes(12 * KIB));
        send(producer, 2, 100);
        send(producer, 0, 100);
        send(producer, 1, 100);
        send(producer, 2, 100);
        assertThat(written(engine, 4)).isZero();
        send(producer, 3, 100);
        assertThat(end(engine, 2)).isEqualTo(2);
        assertThat(written(engine, 4)).isEqualTo(2);
        send(producer, 2, 100);
        assertThat(end(engine, 0)).isEqualTo(1);
        assertThat(written(engine, 4)).isEqualTo(3);
    }

    /** 4 KiB and the 8 KiB to which they would be copied are more than the 10 that there are. */
    @Example
    void aBatchThatHasNoRoomToGrowIsWrittenAndTheNextOneGoesOn() {
        LogEngine engine = open(EmbeddedLogConfig.defaults(), 1);
        LogProducer producer = engine.producer(CONFIG.withBufferBytes(10 * KIB));
        send(producer, 0, 3 * KIB);
        assertThat(end(engine, 0)).isZero();
        send(producer, 0, 3 * KIB);
        assertThat(end(engine, 0)).isEqualTo(1);
        producer.flush();
        assertThat(end(engine, 0)).isEqualTo(2);
    }

    @Example
    void aRecordThatIsLargerThanTheBufferIsTakenByItself() {
        LogEngine engine = open(EmbeddedLogConfig.defaults(), 2);
        LogProducer producer = engine.producer(CONFIG.withBufferBytes(10 * KIB));
        send(producer, 1, 100);
        send(producer, 0, 100 * KIB);
        assertThat(end(engine, 1)).isEqualTo(1);
        send(producer, 1, 100);
        assertThat(end(engine, 0)).isEqualTo(1);
        producer.close();
        assertThat(written(engine, 2)).isEqualTo(3);
    }

    @Example
    void whoeverGetsNoMemoryOnAFullDiskIsToldWhatIsFullAndMaySendAgain() {
        LogEngine engine = open(EmbeddedLogConfig.defaults(), 2);
        LogProducer producer = engine.producer(CONFIG.withBufferBytes(4 * KIB));
        engine.partition(partition(1));
        send(producer, 0, 100);
        world.storage().limitCapacity(0);
        LogException refused = catchThrowableOfType(LogException.class, () -> send(producer, 1, 100));

        assertThat(refused.disposition()).isEqualTo(Disposition.RETRY);
        assertThat(refused)
                .hasMessageContaining("memory (4096 bytes) is full")
                .hasMessageContaining("orders-0")
                .hasMessageContaining("NO_SPACE")
                .hasCauseInstanceOf(LogException.class);
        send(producer, 0, 100);
        world.storage().limitCapacity(Long.MAX_VALUE);
        send(producer, 1, 100);
        producer.close();
        assertThat(written(engine, 2)).isEqualTo(3);
    }

    /** Whatever is sent, promised or not: the count is that of the arrays, and what there is in all partitions is what was taken, in order. */
    @Property
    void theArraysNeverHoldMoreThanTheBufferButForOneRecord(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 100_000) int bufferBytes,
            @ForAll @IntRange(min = 1, max = 40_000) int batchBytes,
            @ForAll @IntRange(min = 1, max = 8) int partitions) {
        LogEngine engine = open(EmbeddedLogConfig.defaults().withProducerBatchBytes(batchBytes), partitions);
        ProducerConfig config = CONFIG.withBufferBytes(bufferBytes);
        ProducerTerms terms = ProducerTerms.of(engine, config);
        ProducerMemory memory = new ProducerMemory(config, terms.patience());
        List<ProducerLane> lanes = new ArrayList<>();
        List<List<CompletionStage<RecordMetadata>>> futures = new ArrayList<>();
        long[] sent = new long[partitions];
        for (int p = 0; p < partitions; p++) {
            lanes.add(new ProducerLane(engine.writablePartition(partition(p)), engine, terms, memory));
            futures.add(new ArrayList<>());
        }
        Random random = new Random(seed);
        long single = 4 * KIB;
        for (int i = 0; i < 60; i++) {
            int p = random.nextInt(partitions);
            BytesView value = BytesView.of(new byte[random.nextInt(random.nextBoolean() ? 200 : 20_000)]);
            if (random.nextInt(3) == 0) {
                futures.get(p).add(lanes.get(p).promise(sent[p], null, value, List.of()));
            } else {
                lanes.get(p).send(sent[p], null, value, List.of());
            }
            sent[p]++;
            if (random.nextInt(10) == 0) {
                world.runUntilIdle();
            }
            assertThat(memory.held())
                    .isEqualTo(lanes.stream().mapToLong(ProducerLane::held).sum());
            single = Math.max(single, value.length() + 100);
            assertThat(memory.held()).isLessThanOrEqualTo(Math.max(bufferBytes, single));
        }
        lanes.forEach(ProducerLane::write);
        for (int p = 0; p < partitions; p++) {
            assertThat(end(engine, p)).isEqualTo(sent[p]);
            for (CompletionStage<RecordMetadata> future : futures.get(p)) {
                RecordMetadata at = future.toCompletableFuture().join();
                assertThat(at.offset()).isEqualTo(at.timestamp());
            }
        }
        engine.close();
    }

    private LogEngine open(EmbeddedLogConfig config, int partitions) {
        // Another one for each try, also where the last one failed.
        world = new SimulatedWorld(29);
        LogEngine engine = LogEngine.open(world.world(), config);
        engine.admin().createTopic("orders", partitions, TopicSettings.defaults());
        return engine;
    }

    private static void send(LogProducer producer, int partition, int bytes) {
        producer.send(partition(partition), 1, null, BytesView.of(new byte[bytes]), List.of());
    }

    private static TopicPartition partition(int partition) {
        return new TopicPartition("orders", partition);
    }

    private static long written(LogEngine engine, int partitions) {
        long written = 0;
        for (int p = 0; p < partitions; p++) {
            written += end(engine, p);
        }
        return written;
    }

    private static long end(LogEngine engine, int partition) {
        return engine.admin().endOffset(partition(partition), Isolation.READ_COMMITTED);
    }
}
