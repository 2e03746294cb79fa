package io.millrace.log.embedded.format;

import io.millrace.log.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Batches made by both sides. */
final class Batches {
    static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private Batches() {}

    static byte[] plain(List<SampleRecord> records) {
        return build(
                BatchFormat.NO_PRODUCER_ID, BatchFormat.NO_PRODUCER_EPOCH, BatchFormat.NO_SEQUENCE, false, records);
    }

    static byte[] build(long producerId, short epoch, int sequence, boolean transactional, List<SampleRecord> records) {
        BatchBuilder builder = new BatchBuilder(16);
        builder.begin(producerId, epoch, transactional);
        records.forEach(record -> record.appendTo(builder));
        return bytes(builder.finish(sequence));
    }

    static byte[] kafkaPlain(Compression compression, List<SampleRecord> records) {
        return bytes(MemoryRecords.withRecords(compression, kafka(records)).buffer());
    }

    static byte[] kafkaIdempotent(long producerId, short epoch, int sequence, List<SampleRecord> records) {
        return bytes(MemoryRecords.withIdempotentRecords(Compression.NONE, producerId, epoch, sequence, kafka(records))
                .buffer());
    }

    static byte[] kafkaTransactional(long producerId, short epoch, int sequence, List<SampleRecord> records) {
        return bytes(
                MemoryRecords.withTransactionalRecords(Compression.NONE, producerId, epoch, sequence, kafka(records))
                        .buffer());
    }

    static BatchView view(byte[] bytes) {
        return new BatchView().wrap(bytes, 0, bytes.length);
    }

    static List<SampleRecord> read(byte[] bytes) {
        List<SampleRecord> found = new ArrayList<>();
        RecordIterator records = view(bytes).records(new RecordIterator(ORDERS));
        while (records.next()) {
            found.add(SampleRecord.copyOf(records));
        }
        return found;
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static SimpleRecord[] kafka(List<SampleRecord> records) {
        return records.stream().map(SampleRecord::toKafka).toArray(SimpleRecord[]::new);
    }
}
