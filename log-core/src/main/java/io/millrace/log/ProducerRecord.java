package io.millrace.log;

import io.millrace.serde.BytesView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record to be written.
 *
 * @param topic an existing topic
 * @param partition the partition, or null: by murmur2 of the key as Kafka does, and for a null key one that changes from batch to batch
 * @param timestamp milliseconds since the epoch, or null: now
 * @param key null for none
 * @param value null for a tombstone
 */
public record ProducerRecord(
        String topic,
        @Nullable Integer partition,
        @Nullable Long timestamp,
        @Nullable BytesView key,
        @Nullable BytesView value,
        List<Header> headers) {
    public ProducerRecord {
        headers = List.copyOf(headers);
    }

    public static ProducerRecord of(String topic, @Nullable BytesView key, @Nullable BytesView value) {
        return new ProducerRecord(topic, null, null, key, value, List.of());
    }
}
