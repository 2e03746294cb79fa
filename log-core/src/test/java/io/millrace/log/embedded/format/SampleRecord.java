package io.millrace.log.embedded.format;

import io.millrace.log.Header;
import io.millrace.log.LogRecord;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

/** One record's content, in a form that both sides can be compared in. */
record SampleRecord(
        long timestamp, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
    static SampleRecord of(long timestamp, @Nullable String key, @Nullable String value, Header... headers) {
        return new SampleRecord(
                timestamp,
                key == null ? null : BytesView.ofUtf8(key),
                value == null ? null : BytesView.ofUtf8(value),
                List.of(headers));
    }

    static SampleRecord copyOf(LogRecord record) {
        BytesView key = record.key();
        BytesView value = record.value();
        return new SampleRecord(
                record.timestamp(),
                key == null ? null : key.copy(),
                value == null ? null : value.copy(),
                record.headers());
    }

    static SampleRecord copyOf(Record kafka) {
        List<Header> headers = Arrays.stream(kafka.headers())
                .map(header -> new Header(header.key(), viewOf(header.value())))
                .toList();
        return new SampleRecord(kafka.timestamp(), viewOf(kafka.key()), viewOf(kafka.value()), headers);
    }

    SimpleRecord toKafka() {
        List<RecordHeader> kafkaHeaders = new ArrayList<>();
        for (Header header : headers) {
            kafkaHeaders.add(new RecordHeader(header.name(), bytesOf(header.value())));
        }
        return new SimpleRecord(timestamp, bytesOf(key), bytesOf(value), kafkaHeaders.toArray(new RecordHeader[0]));
    }

    void appendTo(BatchBuilder builder) {
        builder.append(timestamp, key, value, headers);
    }

    private static byte @Nullable [] bytesOf(@Nullable BytesView view) {
        return view == null ? null : view.toByteArray();
    }

    private static @Nullable BytesView viewOf(byte @Nullable [] bytes) {
        return bytes == null ? null : BytesView.of(bytes);
    }

    private static @Nullable BytesView viewOf(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return BytesView.of(bytes);
    }
}
