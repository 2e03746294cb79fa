package io.millrace.log.embedded.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Header;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F1: the same bytes as Kafka's own classes write, and each side reads the other's. */
class BatchAgainstKafkaTest {
    private static final List<SampleRecord> SAMPLES = List.of(
            SampleRecord.of(1_700_000_000_000L, "account-1", "deposit"),
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
                    Header.ofUtf8("h", "1"),
                    Header.ofUtf8("h", "2")));

    @Test
    void plainBatchHasKafkasBytes() {
        assertThat(Batches.plain(SAMPLES)).isEqualTo(Batches.kafkaPlain(Compression.NONE, SAMPLES));
    }

    @Test
    void idempotentBatchHasKafkasBytes() {
        assertThat(Batches.build(4711, (short) 3, Integer.MAX_VALUE, false, SAMPLES))
                .isEqualTo(Batches.kafkaIdempotent(4711, (short) 3, Integer.MAX_VALUE, SAMPLES));
    }

    @Test
    void transactionalBatchHasKafkasBytes() {
        assertThat(Batches.build(1L << 40, Short.MAX_VALUE, 0, true, SAMPLES))
                .isEqualTo(Batches.kafkaTransactional(1L << 40, Short.MAX_VALUE, 0, SAMPLES));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void markerHasKafkasBytes(boolean commit) {
        ControlRecordType type = commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
        byte[] kafka = Batches.bytes(MemoryRecords.withEndTransactionMarker(
                        0, 1_700_000_000_000L, -1, 4711, (short) 7, new EndTransactionMarker(type, 12))
                .buffer());

        assertThat(Batches.bytes(ControlBatchFormat.marker(1_700_000_000_000L, 4711, (short) 7, commit, 12)))
                .isEqualTo(kafka);
    }

    @Test
    void goldenBatchIsTheseBytes() {
        byte[] bytes = Batches.build(9, (short) 1, 5, true, List.of(SampleRecord.of(16, "k", "v")));

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("0000000000000000" + "0000003a" + "ffffffff" + "02" + "51df102f" + "0010" + "00000000"
                        + "0000000000000010" + "0000000000000010" + "0000000000000009" + "0001" + "00000005"
                        + "00000001"
                        + "10" + "00" + "00" + "00" + "02" + "6b" + "02" + "76" + "00");
    }

    @Test
    void kafkaReadsWhatWeWrite() {
        byte[] bytes = Batches.build(4711, (short) 3, 40, true, SAMPLES);
        BatchFormat.setBaseOffset(bytes, 0, 1_000_000);
        BatchFormat.setPartitionLeaderEpoch(bytes, 0, 0);

        MutableRecordBatch kafka = onlyBatch(bytes);
        kafka.ensureValid();
        assertThat(kafka.baseOffset()).isEqualTo(1_000_000);
        assertThat(kafka.lastOffset()).isEqualTo(1_000_005);
        assertThat(kafka.producerId()).isEqualTo(4711);
        assertThat(kafka.lastSequence()).isEqualTo(45);
        assertThat(kafka.isTransactional()).isTrue();
        List<SampleRecord> found = new ArrayList<>();
        for (Record record : kafka) {
            found.add(SampleRecord.copyOf(record));
        }
        assertThat(found).isEqualTo(SAMPLES);
    }

    @Test
    void weReadWhatKafkaWrites() {
        byte[] bytes = Batches.kafkaTransactional(4711, (short) 3, Integer.MAX_VALUE - 1, SAMPLES);
        BatchView batch = Batches.view(bytes);

        assertThat(batch.isValid()).isTrue();
        assertThat(batch.producerId()).isEqualTo(4711);
        assertThat(batch.producerEpoch()).isEqualTo((short) 3);
        assertThat(batch.lastSequence()).isEqualTo(3);
        assertThat(batch.recordCount()).isEqualTo(6);
        assertThat(batch.lastOffset()).isEqualTo(5);
        assertThat(batch.maxTimestamp()).isEqualTo(1_700_000_100_000L);
        assertThat(batch.isTransactional()).isTrue();
        assertThat(batch.isControl()).isFalse();
        assertThat(Batches.read(bytes)).isEqualTo(SAMPLES);
    }

    @Test
    void appendTimeReplacesTheRecordsOwn() {
        MemoryRecordsBuilder builder = MemoryRecords.builder(
                ByteBuffer.allocate(512), (byte) 2, Compression.NONE, TimestampType.LOG_APPEND_TIME, 5, 777);
        builder.append(1, "k".getBytes(StandardCharsets.UTF_8), null);
        byte[] bytes = Batches.bytes(builder.build().buffer());

        assertThat(Batches.read(bytes)).containsExactly(SampleRecord.of(777, "k", null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void markerOfKafkaIsUnderstood(boolean commit) {
        ControlRecordType type = commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
        byte[] bytes = Batches.bytes(
                MemoryRecords.withEndTransactionMarker(4711, (short) 7, new EndTransactionMarker(type, 12))
                        .buffer());
        BatchView batch = Batches.view(bytes);

        assertThat(batch.isControl()).isTrue();
        assertThat(batch.isTransactional()).isTrue();
        assertThat(batch.hasSequence()).isFalse();
        assertThat(ControlBatchFormat.parse(batch))
                .isEqualTo(new ControlBatchFormat.Marker(
                        commit ? ControlBatchFormat.ControlType.COMMIT : ControlBatchFormat.ControlType.ABORT, 12));
    }

    @Test
    void kafkaUnderstandsOurMarker() {
        MutableRecordBatch kafka =
                onlyBatch(Batches.bytes(ControlBatchFormat.marker(1_700_000_000_000L, 4711, (short) 7, true, 12)));
        kafka.ensureValid();
        Record record = kafka.iterator().next();

        assertThat(ControlRecordType.parse(record.key())).isEqualTo(ControlRecordType.COMMIT);
        assertThat(EndTransactionMarker.deserialize(record).coordinatorEpoch()).isEqualTo(12);
        assertThat(kafka.producerEpoch()).isEqualTo((short) 7);
    }

    @Test
    void controlRecordsOfOthersArePassedOver() {
        byte[] bytes = Batches.bytes(ControlBatchFormat.marker(1, 1, (short) 1, true, 12));
        int typeLowByte = BatchFormat.HEADER_SIZE + 5 + 3;
        bytes[typeLowByte] = 4;

        assertThat(ControlBatchFormat.parse(Batches.view(bytes)).type())
                .isEqualTo(ControlBatchFormat.ControlType.OTHER);
    }

    @Test
    void reusedBuilderKeepsNothingOfTheFormerBatch() {
        BatchBuilder builder = new BatchBuilder(16);
        builder.begin(1, (short) 1, true);
        SAMPLES.forEach(record -> record.appendTo(builder));
        builder.finish(3);
        builder.begin(BatchFormat.NO_PRODUCER_ID, BatchFormat.NO_PRODUCER_EPOCH, false);
        builder.append(5, BytesView.ofUtf8("a"), null, List.of());
        byte[] second = Batches.bytes(builder.finish(BatchFormat.NO_SEQUENCE));

        List<SampleRecord> only = List.of(SampleRecord.of(5, "a", null));
        assertThat(second).isEqualTo(Batches.kafkaPlain(Compression.NONE, only));
    }

    private static MutableRecordBatch onlyBatch(byte[] bytes) {
        List<MutableRecordBatch> batches = new ArrayList<>();
        MemoryRecords.readableRecords(ByteBuffer.wrap(bytes)).batches().forEach(batches::add);
        assertThat(batches).hasSize(1);
        return batches.get(0);
    }
}
