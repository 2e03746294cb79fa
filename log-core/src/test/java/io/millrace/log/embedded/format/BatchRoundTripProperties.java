package io.millrace.log.embedded.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.Header;
import io.millrace.serde.BytesView;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.ShortRange;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

class BatchRoundTripProperties {
    @Property(tries = 200)
    void whatIsWrittenIsRead(
            @ForAll("records") List<SampleRecord> records,
            @ForAll @LongRange(min = 0) long producerId,
            @ForAll @ShortRange(min = 0) short epoch,
            @ForAll @IntRange(min = 0) int sequence,
            @ForAll boolean transactional) {
        byte[] bytes = Batches.build(producerId, epoch, sequence, transactional, records);

        assertThat(Batches.view(bytes).isValid()).isTrue();
        assertThat(Batches.read(bytes)).isEqualTo(records);
        assertThat(bytes)
                .isEqualTo(
                        transactional
                                ? Batches.kafkaTransactional(producerId, epoch, sequence, records)
                                : Batches.kafkaIdempotent(producerId, epoch, sequence, records));
    }

    @Property(tries = 300)
    void whatIsCompressedIsReadByBothSides(@ForAll("records") List<SampleRecord> records, @ForAll Codec codec) {
        byte[] bytes = CompressedBatches.build(Compression.of(codec), records);
        byte[] kafkas = CompressedBatches.kafka(Compression.of(codec), records);

        assertThat(Batches.view(bytes).isValid()).isTrue();
        assertThat(Batches.read(bytes)).isEqualTo(records);
        assertThat(CompressedBatches.readByKafka(bytes)).isEqualTo(records);
        assertThat(Batches.read(kafkas)).isEqualTo(records);
    }

    @Property(tries = 500)
    void varintHasKafkasSizeAndComesBack(@ForAll int value) {
        byte[] bytes = new byte[5];
        int end = RecordFormat.putVarint(bytes, 0, value);

        assertThat(end).isEqualTo(ByteUtils.sizeOfVarint(value)).isEqualTo(RecordFormat.sizeOfVarint(value));
        assertThat(reader(bytes, end).varint()).isEqualTo(value);
    }

    @Property(tries = 500)
    void varlongHasKafkasSizeAndComesBack(@ForAll long value) {
        byte[] bytes = new byte[10];
        int end = RecordFormat.putVarlong(bytes, 0, value);

        assertThat(end).isEqualTo(ByteUtils.sizeOfVarlong(value)).isEqualTo(RecordFormat.sizeOfVarlong(value));
        assertThat(reader(bytes, end).varlong()).isEqualTo(value);
    }

    @Provide
    Arbitrary<List<SampleRecord>> records() {
        Arbitrary<Long> timestamps = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 200), Arbitraries.longs().greaterOrEqual(0));
        Arbitrary<Header> headers = Combinators.combine(Arbitraries.strings().ofMaxLength(5), bytes())
                .as((name, value) -> new Header(wellFormed(name), value));
        return Combinators.combine(timestamps, bytes(), bytes(), headers.list().ofMaxSize(3))
                .as(SampleRecord::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
    }

    private static Arbitrary<@Nullable BytesView> bytes() {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMaxSize(200)
                .map(BytesView::of)
                .injectNull(0.2);
    }

    /** A lone surrogate has no UTF-8; both sides write a question mark for it. */
    private static String wellFormed(String text) {
        return BytesView.ofUtf8(text).toUtf8();
    }

    private static BoundedReader reader(byte[] bytes, int end) {
        BoundedReader reader = new BoundedReader();
        reader.reset(bytes, 0, end);
        return reader;
    }
}
