package io.millrace.log.embedded.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.CorruptionException;
import io.millrace.log.Header;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** F1 for compressed batches: each side reads the other's, and where a codec leaves no choice they are the same bytes. */
class CompressedBatchTest {
    private static final List<SampleRecord> SAMPLES = List.of(
            SampleRecord.of(1_700_000_000_000L, "account-1", "deposit ".repeat(10)),
            SampleRecord.of(1_700_000_000_007L, null, "no key"),
            SampleRecord.of(1_699_999_999_000L, "tombstone", null),
            SampleRecord.of(1_700_000_100_000L, null, null),
            SampleRecord.of(0, "", "", Header.ofUtf8("h", ""), new Header("none", null)),
            SampleRecord.of(
                    1_700_000_000_001L,
                    "k".repeat(63),
                    "v".repeat(64),
                    Header.ofUtf8("", "x"),
                    Header.ofUtf8("ключ-€-😀", "y".repeat(9000)),
                    Header.ofUtf8("h", "2")));

    static Stream<Compression> compressions() {
        List<Compression> all = new ArrayList<>();
        for (Codec codec : CompressedBatches.CODECS) {
            all.add(new Compression(codec, codec.leastLevel()));
            all.add(Compression.of(codec));
            // Above 19, zstd takes more memory than these few bytes are worth.
            all.add(new Compression(codec, Math.min(19, codec.mostLevel())));
        }
        return all.stream().distinct();
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void kafkaReadsWhatWeWrite(Compression compression) {
        byte[] bytes = CompressedBatches.build(compression, SAMPLES);

        assertThat(Batches.view(bytes).codec()).isEqualTo(compression.codec().ordinal());
        assertThat(Batches.view(bytes).isTransactional()).isTrue();
        assertThat(Batches.view(bytes).producerId()).isEqualTo(4711);
        assertThat(Batches.view(bytes).lastSequence()).isEqualTo(12);
        assertThat(CompressedBatches.readByKafka(bytes)).isEqualTo(SAMPLES);
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void weReadWhatKafkaWrites(Compression compression) {
        byte[] bytes = CompressedBatches.kafka(compression, SAMPLES);

        assertThat(Batches.view(bytes).isValid()).isTrue();
        assertThat(Batches.view(bytes).codec()).isEqualTo(compression.codec().ordinal());
        assertThat(Batches.read(bytes)).isEqualTo(SAMPLES);
    }

    /** The header alone says that the time is that of the append; the records keep theirs, whatever the codec. */
    @ParameterizedTest
    @MethodSource("compressions")
    void theTimeOfTheAppendIsReadByBothSides(Compression compression) {
        byte[] ours = CompressedBatches.build(compression, SAMPLES);
        BatchFormat.setAppendTime(ours, 0, ours.length, 777);
        MemoryRecordsBuilder builder = MemoryRecords.builder(
                ByteBuffer.allocate(512),
                (byte) 2,
                CompressedBatches.kafkas(compression),
                TimestampType.LOG_APPEND_TIME,
                0,
                777);
        SAMPLES.forEach(sample -> builder.append(sample.toKafka()));
        byte[] kafkas = Batches.bytes(builder.build().buffer());

        List<SampleRecord> expected = SAMPLES.stream()
                .map(sample -> new SampleRecord(777, sample.key(), sample.value(), sample.headers()))
                .toList();
        for (byte[] bytes : List.of(ours, kafkas)) {
            assertThat(Batches.view(bytes).isValid()).isTrue();
            assertThat(Batches.view(bytes).hasLogAppendTime()).isTrue();
            assertThat(Batches.read(bytes)).isEqualTo(expected);
            assertThat(CompressedBatches.readByKafka(bytes)).isEqualTo(expected);
        }
    }

    /** Several blocks of each codec, the last one in part. */
    @ParameterizedTest
    @MethodSource("compressions")
    void largeBatchesAreReadByBothSides(Compression compression) {
        List<SampleRecord> orders = CompressedBatches.orders(4000);
        byte[] bytes = CompressedBatches.build(compression, orders);

        assertThat(bytes.length).isLessThan(Batches.plain(orders).length / 2);
        assertThat(Batches.read(bytes)).isEqualTo(orders);
        assertThat(CompressedBatches.readByKafka(bytes)).isEqualTo(orders);
        assertThat(Batches.read(CompressedBatches.kafka(compression, orders))).isEqualTo(orders);
    }

    /** Blocks that cannot be compressed between others that can. */
    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = Mode.EXCLUDE, names = "NONE")
    void noiseWithinABatchIsReadByBothSides(Codec codec) {
        List<SampleRecord> mixed = new ArrayList<>(CompressedBatches.orders(2000));
        mixed.add(new SampleRecord(5, null, BytesView.of(CompressedBatches.noise(300_000)), List.of()));
        mixed.addAll(CompressedBatches.orders(2000));
        byte[] bytes = CompressedBatches.build(Compression.of(codec), mixed);

        assertThat(Batches.view(bytes).codec()).isEqualTo(codec.ordinal());
        assertThat(Batches.read(bytes)).isEqualTo(mixed);
        assertThat(CompressedBatches.readByKafka(bytes)).isEqualTo(mixed);
        assertThat(Batches.read(CompressedBatches.kafka(Compression.of(codec), mixed)))
                .isEqualTo(mixed);
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"GZIP", "SNAPPY", "LZ4"})
    void compressedRecordsAreKafkasBytes(Codec codec) {
        List<SampleRecord> orders = CompressedBatches.orders(4000);
        byte[] ours = CompressedBatches.build(Compression.of(codec), orders);
        byte[] kafkas = CompressedBatches.kafka(Compression.of(codec), orders);

        assertThat(CompressedBatches.payload(ours)).isEqualTo(CompressedBatches.payload(kafkas));
    }

    @Test
    void goldenFramesAreTheseBytes() {
        byte[] text = "abababababababababababababababab".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

        assertThat(hex(CompressedBatches.compressed(Codec.LZ4, text)))
                .isEqualTo("04224d18" + "60" + "40" + "82" + "0c000000" + "2f6162020006506261626162" + "00000000");
        assertThat(hex(CompressedBatches.compressed(Codec.SNAPPY, text)))
                .startsWith("82534e4150505900" + "00000001" + "00000001");
        assertThat(hex(CompressedBatches.compressed(Codec.GZIP, text)))
                .startsWith("1f8b08" + "00" + "00000000" + "00ff");
        assertThat(hex(CompressedBatches.compressed(Codec.ZSTD, text))).startsWith("28b52ffd");
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = Mode.EXCLUDE, names = "NONE")
    void batchThatWouldGrowStaysAsItIs(Codec codec) {
        List<SampleRecord> small = List.of(SampleRecord.of(5, "a", "b"));
        assertThat(CompressedBatches.build(Compression.of(codec), small))
                .isEqualTo(Batches.build(4711, (short) 3, 7, true, small));
        List<SampleRecord> noise =
                List.of(new SampleRecord(5, null, BytesView.of(CompressedBatches.noise(200_000)), List.of()));
        assertThat(CompressedBatches.build(Compression.of(codec), noise))
                .isEqualTo(Batches.build(4711, (short) 3, 7, true, noise));
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = Mode.EXCLUDE, names = "NONE")
    void batchThatReadersWouldRefuseStaysAsItIs(Codec codec) {
        List<SampleRecord> orders = CompressedBatches.orders(1000);
        int size = Batches.plain(orders).length - BatchFormat.HEADER_SIZE;
        BatchBuilder builder = new BatchBuilder(16);
        builder.begin(BatchFormat.NO_PRODUCER_ID, BatchFormat.NO_PRODUCER_EPOCH, false);
        orders.forEach(record -> record.appendTo(builder));
        try (BatchCompressor compressor = new BatchCompressor(size - 1);
                BatchCompressor larger = new BatchCompressor(size)) {
            byte[] whole = Batches.bytes(builder.finish(-1, Compression.of(codec), compressor));
            assertThat(whole).isEqualTo(Batches.plain(orders));
            byte[] compressed = Batches.bytes(builder.finish(-1, Compression.of(codec), larger));
            assertThat(read(compressed, size)).isEqualTo(orders);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = Mode.EXCLUDE, names = "NONE")
    void oneCompressorAndOneIteratorServeManyBatches(Codec codec) {
        RecordIterator records = new RecordIterator(Batches.ORDERS);
        BatchBuilder builder = new BatchBuilder(16);
        try (BatchCompressor compressor = new BatchCompressor(RecordIterator.MAX_INFLATED_BYTES)) {
            for (int count : new int[] {100, 20_000, 50, 3000, 1, 700}) {
                for (Compression compression : List.of(Compression.of(codec), Compression.NONE)) {
                    List<SampleRecord> orders = CompressedBatches.orders(count);
                    builder.begin(1, (short) 0, false);
                    orders.forEach(record -> record.appendTo(builder));
                    byte[] bytes = Batches.bytes(builder.finish(0, compression, compressor));
                    assertThat(all(Batches.view(bytes).records(records))).isEqualTo(orders);
                }
            }
        }
    }

    @Test
    void severalMembersOfGzipAreOneBatch() {
        byte[] plain = CompressedBatches.payload(Batches.plain(SAMPLES));
        byte[] first = CompressedBatches.compressed(Codec.GZIP, Arrays.copyOf(plain, 1000));
        byte[] second = CompressedBatches.compressed(Codec.GZIP, Arrays.copyOfRange(plain, 1000, plain.length));
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);

        byte[] bytes = CompressedBatches.around(Codec.GZIP.ordinal(), both, SAMPLES.size());
        assertThat(Batches.read(bytes)).hasSameSizeAs(SAMPLES);
    }

    /** What clients write that do not know snappy-java's frame. */
    @Test
    void plainSnappyIsRead() throws Exception {
        byte[] plain = CompressedBatches.payload(Batches.plain(SAMPLES));
        byte[] bytes = CompressedBatches.around(
                Codec.SNAPPY.ordinal(), org.xerial.snappy.Snappy.compress(plain), SAMPLES.size());

        assertThat(Batches.read(bytes)).hasSameSizeAs(SAMPLES);
    }

    /** Other writers' frames: blocks of 4 MiB, sizes and checksums. */
    @Test
    void lz4FrameWithEverythingIsRead() throws Exception {
        byte[] plain = CompressedBatches.payload(Batches.plain(SAMPLES));
        java.io.ByteArrayOutputStream frame = new java.io.ByteArrayOutputStream();
        try (net.jpountz.lz4.LZ4FrameOutputStream out = new net.jpountz.lz4.LZ4FrameOutputStream(
                frame,
                net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE.SIZE_4MB,
                plain.length,
                net.jpountz.lz4.LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE,
                net.jpountz.lz4.LZ4FrameOutputStream.FLG.Bits.BLOCK_CHECKSUM,
                net.jpountz.lz4.LZ4FrameOutputStream.FLG.Bits.CONTENT_CHECKSUM,
                net.jpountz.lz4.LZ4FrameOutputStream.FLG.Bits.CONTENT_SIZE)) {
            out.write(plain);
        }

        byte[] bytes = CompressedBatches.around(Codec.LZ4.ordinal(), frame.toByteArray(), SAMPLES.size());
        assertThat(Batches.read(bytes)).hasSameSizeAs(SAMPLES);
    }

    @Test
    void emptyBatchOfACodecHasNoRecords() {
        for (Codec codec : CompressedBatches.CODECS) {
            assertThat(Batches.read(CompressedBatches.around(codec.ordinal(), new byte[0], 0)))
                    .isEmpty();
        }
    }

    @Test
    void markerThatIsCompressedIsRefused() {
        byte[] plain = Batches.bytes(ControlBatchFormat.marker(1, 4711, (short) 7, true, 12));
        byte[] bytes = CompressedBatches.around(
                BatchFormat.CONTROL | Codec.GZIP.ordinal(),
                CompressedBatches.compressed(Codec.GZIP, CompressedBatches.payload(plain)),
                1);

        assertThatThrownBy(() -> ControlBatchFormat.parse(Batches.view(bytes)))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("compressed");
    }

    static List<SampleRecord> read(byte[] bytes, int maxInflatedBytes) {
        return all(Batches.view(bytes).records(new RecordIterator(Batches.ORDERS, maxInflatedBytes)));
    }

    private static List<SampleRecord> all(RecordIterator records) {
        List<SampleRecord> found = new ArrayList<>();
        while (records.next()) {
            found.add(SampleRecord.copyOf(records));
        }
        return found;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
