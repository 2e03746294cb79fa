package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.LogRecord;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A topic's compression, from its setting to its readers. */
class CompressedTopicTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final int RECORDS = 500;

    private SimulatedWorld world = new SimulatedWorld(3);

    @ParameterizedTest
    @EnumSource(Codec.class)
    void recordsAreCompressedOnTheWayInAndReadAsTheyWere(Codec codec) {
        try (LogEngine engine = open(Compression.of(codec))) {
            write(engine, 0, RECORDS);
            try (LogProducer producer = engine.producer()) {
                producer.send(ProducerRecord.of("orders", view("promised"), view(value(RECORDS))));
            }
            world.runUntilIdle();

            assertThat(codecs(engine).contains(codec)).isTrue();
            long bytes = engine.partition(ORDERS).view().sizeBytes();
            assertThat(bytes).isBetween(1L, codec == Codec.NONE ? 100_000L : 30_000L);
            assertThat(read(engine, 0)).isEqualTo(values(0, RECORDS + 1));
            assertThat(read(engine, 333)).isEqualTo(values(333, RECORDS + 1));
            assertThat(engine.partition(ORDERS).offsetForTimestamp(1_000 + 77, Isolation.READ_COMMITTED))
                    .hasValue(77);
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void recoveryKeepsCompressedBatchesWithoutInflatingThem(Codec codec) {
        LogEngine crashed = open(Compression.of(codec));
        write(crashed, 0, RECORDS);
        crashed.partition(ORDERS).checkpoint();
        write(crashed, RECORDS, 2 * RECORDS);
        world = world.restart(CrashMode.PROCESS);

        // So small a limit that inflating anything would fail.
        try (LogEngine engine =
                LogEngine.open(world.world(), EmbeddedLogConfig.defaults().withMaxInflatedBatchBytes(10))) {
            assertThat(engine.admin().endOffset(ORDERS, Isolation.READ_COMMITTED))
                    .isEqualTo(2 * RECORDS);
        }
        try (LogEngine engine = open(Compression.of(codec))) {
            assertThat(read(engine, 0)).isEqualTo(values(0, 2 * RECORDS));
        }
    }

    @Test
    void aTopicHoldsBatchesOfAllCodecsAfterItsSettingChanged() {
        try (LogEngine engine = open(Compression.NONE)) {
            int from = 0;
            for (Codec codec : Codec.values()) {
                engine.partition(ORDERS).configure(TopicSettings.defaults().withCompression(Compression.of(codec)));
                write(engine, from, from + 100);
                from += 100;
            }
            assertThat(codecs(engine)).isEqualTo(EnumSet.allOf(Codec.class));
            assertThat(read(engine, 0)).isEqualTo(values(0, from));
        }
    }

    /** Whoever sends a batch may have compressed it as it likes: the topic's setting is for the log's own producers. */
    @Test
    void aBatchOfAnotherCodecIsAcceptedAsItIs() {
        try (LogEngine engine = open(Compression.LZ4)) {
            for (CompressionType type : CompressionType.values()) {
                SimpleRecord[] records = values(0, 100).stream()
                        .map(value -> new SimpleRecord(1_000, null, value.getBytes(StandardCharsets.UTF_8)))
                        .toArray(SimpleRecord[]::new);
                ByteBuffer sent = MemoryRecords.withRecords(
                                org.apache.kafka.common.compress.Compression.of(type)
                                        .build(),
                                records)
                        .buffer();
                byte[] batch = bytes(sent);
                engine.partition(ORDERS).append(ByteBuffer.wrap(batch.clone()), AppendOrigin.CLIENT);
                long from = engine.partition(ORDERS).view().logEndOffset() - 100;
                engine.partition(ORDERS).forEachBatch(from, kept -> {
                    assertThat(kept.codec()).isEqualTo(type.id);
                    assertThat(kept.sizeInBytes()).isEqualTo(batch.length);
                });
                assertThat(read(engine, from)).isEqualTo(values(0, 100));
            }
        }
    }

    @Test
    void aBatchOfACodecThatNobodyKnowsIsNotWritten() {
        try (LogEngine engine = open(Compression.NONE)) {
            BatchBuilder builder = new BatchBuilder(100);
            builder.begin(BatchFormat.NO_PRODUCER_ID, BatchFormat.NO_PRODUCER_EPOCH, false);
            builder.append(1, null, view("value"), List.of());
            byte[] batch = bytes(builder.finish(BatchFormat.NO_SEQUENCE));
            ByteBuffer unknown = ByteBuffer.wrap(batch);
            unknown.putShort(BatchFormat.ATTRIBUTES, (short) 5);
            unknown.putInt(BatchFormat.CRC, BatchFormat.computeCrc(batch, 0, batch.length));

            assertThatThrownBy(() -> engine.partition(ORDERS).append(unknown, AppendOrigin.CLIENT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("attributes 5");
            assertThat(engine.partition(ORDERS).view().logEndOffset()).isZero();
        }
    }

    @Test
    void aReaderRefusesWhatInflatesBeyondTheLimitUntilTheLimitIsRaised() {
        try (LogEngine engine = open(Compression.ZSTD)) {
            write(engine, 0, RECORDS);
        }
        EmbeddedLogConfig small = EmbeddedLogConfig.defaults().withMaxInflatedBatchBytes(1000);
        try (LogEngine engine = LogEngine.open(world.world(), small)) {
            assertThatThrownBy(() -> read(engine, 0))
                    .isInstanceOf(LogException.class)
                    .isNotInstanceOf(CorruptionException.class)
                    .hasMessageContaining("orders-0 at base offset 0")
                    .hasMessageContaining("larger than 1000")
                    .extracting(e -> ((LogException) e).disposition())
                    .isEqualTo(Disposition.STOP);
            // What its own producers write, it reads: they do not compress beyond the limit.
            write(engine, RECORDS, 2 * RECORDS);
            assertThat(read(engine, RECORDS)).isEqualTo(values(RECORDS, 2 * RECORDS));
        }
        try (LogEngine engine = open(Compression.ZSTD)) {
            assertThat(read(engine, 0)).isEqualTo(values(0, 2 * RECORDS));
        }
    }

    @Test
    void anErrorOfACompressedBatchIsTheSameAgain() {
        try (LogEngine engine = open(Compression.LZ4)) {
            write(engine, 0, RECORDS);
        }
        try (LogEngine engine = LogEngine.open(
                        world.world(), EmbeddedLogConfig.defaults().withMaxInflatedBatchBytes(1000));
                LogConsumer consumer = engine.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(ORDERS));
            consumer.seek(ORDERS, 0);
            RecordCursor cursor = consumer.poll(Duration.ZERO).get(0);
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThatThrownBy(cursor::next).isInstanceOf(LogException.class);
                assertThat(consumer.position(ORDERS)).isZero();
            }
        }
    }

    /** Compressors are shared: none of them by two threads at once. */
    @Test
    void threadsThatWriteAtOnceDoNotMixTheirBatches() throws Exception {
        try (LogEngine engine = open(Compression.ZSTD)) {
            engine.admin().createTopic("many", 4, TopicSettings.defaults().withCompression(Compression.ZSTD));
            CyclicBarrier start = new CyclicBarrier(4);
            ExecutorService workers = Executors.newFixedThreadPool(4);
            List<Future<?>> threads = new ArrayList<>();
            for (int p = 0; p < 4; p++) {
                TopicPartition own = new TopicPartition("many", p);
                int first = p * 10_000;
                threads.add(workers.submit(() -> {
                    start.await();
                    BatchBuilder batch = new BatchBuilder(100);
                    long producerId = engine.newProducerId();
                    for (int i = 0; i < 2000; i += 10) {
                        batch.begin(producerId, (short) 0, false);
                        for (int k = 0; k < 10; k++) {
                            batch.append(1, null, view(value(first + i + k)), List.of());
                        }
                        engine.writer().append(engine.partition(own), batch, i);
                    }
                    return null;
                }));
            }
            for (Future<?> thread : threads) {
                thread.get();
            }
            workers.shutdown();
            for (int p = 0; p < 4; p++) {
                assertThat(read(engine, new TopicPartition("many", p), 0))
                        .isEqualTo(values(p * 10_000, p * 10_000 + 2000));
            }
        }
    }

    private LogEngine open(Compression compression) {
        LogEngine engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
        engine.admin().createTopic("orders", 1, TopicSettings.defaults().withCompression(compression));
        return engine;
    }

    private static void write(LogEngine engine, int from, int to) {
        try (LogProducer producer = engine.producer()) {
            for (int i = from; i < to; i++) {
                producer.send(ORDERS, 1_000 + i, view("key"), view(value(i)), List.of());
            }
        }
    }

    private static EnumSet<Codec> codecs(LogEngine engine) {
        EnumSet<Codec> codecs = EnumSet.noneOf(Codec.class);
        engine.partition(ORDERS).forEachBatch(0, batch -> codecs.add(Codec.values()[batch.codec()]));
        return codecs;
    }

    private static List<String> read(LogEngine engine, long from) {
        return read(engine, ORDERS, from);
    }

    private static List<String> read(LogEngine engine, TopicPartition partition, long from) {
        List<String> values = new ArrayList<>();
        try (LogConsumer consumer = engine.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(partition));
            consumer.seek(partition, from);
            List<RecordCursor> cursors = consumer.poll(Duration.ZERO);
            while (!cursors.isEmpty()) {
                for (RecordCursor cursor : cursors) {
                    while (cursor.next()) {
                        LogRecord record = cursor.record();
                        BytesView value = record.value();
                        values.add(value == null ? "none" : value.toUtf8());
                    }
                }
                cursors = consumer.poll(Duration.ZERO);
            }
        }
        return values;
    }

    private static List<String> values(int from, int to) {
        List<String> values = new ArrayList<>();
        for (int i = from; i < to; i++) {
            values.add(value(i));
        }
        return values;
    }

    private static String value(int i) {
        return "order " + i + " of the customer who orders all that there is to order, in good order";
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static BytesView view(String text) {
        return BytesView.ofUtf8(text);
    }
}
