package io.millrace.log.embedded.format;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;

/** Compressed batches of both sides, good ones and bad ones. */
final class CompressedBatches {
    static final List<Codec> CODECS = List.of(Codec.GZIP, Codec.SNAPPY, Codec.LZ4, Codec.ZSTD);

    private CompressedBatches() {}

    /** What a producer sends: not compressed where that is no gain. */
    static byte[] build(Compression compression, List<SampleRecord> records) {
        BatchBuilder builder = new BatchBuilder(16);
        builder.begin(4711, (short) 3, true);
        records.forEach(record -> record.appendTo(builder));
        try (BatchCompressor compressor = new BatchCompressor(RecordIterator.MAX_INFLATED_BYTES)) {
            return Batches.bytes(builder.finish(7, compression, compressor));
        }
    }

    static byte[] kafka(Compression compression, List<SampleRecord> records) {
        return Batches.kafkaPlain(kafkas(compression), records);
    }

    static org.apache.kafka.common.compress.Compression kafkas(Compression compression) {
        return switch (compression.codec()) {
            case NONE -> org.apache.kafka.common.compress.Compression.NONE;
            case GZIP ->
                org.apache.kafka.common.compress.Compression.gzip()
                        .level(compression.level())
                        .build();
            case SNAPPY -> org.apache.kafka.common.compress.Compression.snappy().build();
            case LZ4 ->
                org.apache.kafka.common.compress.Compression.lz4()
                        .level(compression.level())
                        .build();
            case ZSTD ->
                org.apache.kafka.common.compress.Compression.zstd()
                        .level(compression.level())
                        .build();
        };
    }

    static List<SampleRecord> readByKafka(byte[] bytes) {
        List<SampleRecord> found = new ArrayList<>();
        for (MutableRecordBatch batch :
                MemoryRecords.readableRecords(ByteBuffer.wrap(bytes)).batches()) {
            batch.ensureValid();
            for (Record record : batch) {
                found.add(SampleRecord.copyOf(record));
            }
        }
        return found;
    }

    /** The compressed part of a batch. */
    static byte[] payload(byte[] batch) {
        return Arrays.copyOfRange(batch, BatchFormat.HEADER_SIZE, batch.length);
    }

    /** A batch with a right checksum around bytes that claim to be compressed. */
    static byte[] around(int codec, byte[] payload, int recordCount) {
        byte[] bytes = new byte[BatchFormat.HEADER_SIZE + payload.length];
        System.arraycopy(payload, 0, bytes, BatchFormat.HEADER_SIZE, payload.length);
        BatchFormat.writeHeader(
                bytes,
                0,
                bytes.length,
                new BatchFormat.Fields(codec, Math.max(0, recordCount - 1), 0, 0, -1, (short) -1, -1, recordCount));
        return bytes;
    }

    /** What the codec makes of these bytes. */
    static byte[] compressed(Codec codec, byte[] bytes) {
        try (BatchCodecs codecs = new BatchCodecs()) {
            byte[] target = new byte[(int) codecs.get(codec).mostCompressed(bytes.length)];
            int end = codecs.get(codec).compress(bytes, 0, bytes.length, codec.defaultLevel(), target, 0);
            return Arrays.copyOf(target, end);
        }
    }

    /** Records of about 100 bytes that compress as orders do. */
    static List<SampleRecord> orders(int count) {
        SplittableRandom random = new SplittableRandom(count);
        List<SampleRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(SampleRecord.of(
                    1_700_000_000_000L + i,
                    "account-" + random.nextInt(10_000),
                    "{\"order\":" + (1_000_000 + i) + ",\"amount\":" + random.nextInt(1_000_000)
                            + ",\"currency\":\"EUR\",\"state\":\"OPEN\"}"));
        }
        return records;
    }

    static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        SplittableRandom random = new SplittableRandom(size);
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return bytes;
    }
}
